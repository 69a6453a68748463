// The two ways of @boardkit/grid: by plans where rules have one, and by the core alone.
import type { Policy } from "./policies.ts";
import { textOf } from "./policies.ts";
import { DATA } from "./vocabulary.ts";

type Options = { plans: boolean; maxNesting: number; maxEvaluationMs: number };
type Loaded = {
  loadPolicies(policies: Record<string, string>): void;
  setData(data: object): void;
  evaluateJson(query: string, input?: string): string | undefined;
  evaluationPath(query: string): { path: string; why?: string };
};
type GridError = Error & { code?: string; file?: string; line?: number };
/** What is used of the package, which is built when this runs and not when it is compiled. */
export type Grid = { Engine: new (options: Options) => Loaded };

/** What became of one question: a JSON text, `undefined`, or `error` with a code and a text. */
export type Answer = { text: string } | { error: string; message: string };

/** A policy in both ways. */
export type Pair = { plan: Loaded; core: Loaded };

/** Why a policy does not load, and which of its clauses is to blame. */
export type Refusal = { message: string; source?: "main" | "lib"; row?: number };

/** Loads a policy in both ways, or tells why not. */
export function load({ Engine }: Grid, policy: Policy): Pair | Refusal {
  const files = { [`${policy.name}.main.rego`]: textOf(policy.main), [`${policy.name}.lib.rego`]: textOf(policy.lib) };
  const loaded = (plans: boolean) => {
    const engine = new Engine({ plans, maxNesting: 32, maxEvaluationMs: 5000 });
    engine.loadPolicies(files);
    engine.setData(DATA);
    return engine;
  };
  try {
    return { plan: loaded(true), core: loaded(false) };
  } catch (error) {
    const { code, message, file, line } = error as GridError;
    const part = file?.split(".").at(-2);
    return { message: `${code}: ${message}`, ...(part === "main" || part === "lib" ? { source: part, row: line ?? 0 } : {}) };
  }
}

/** Asks an engine. */
export function ask(engine: Loaded, rule: string, input: string | undefined): Answer {
  try {
    return { text: engine.evaluateJson(rule, input) ?? "undefined" };
  } catch (error) {
    const { code = "no code", message } = error as GridError;
    return { error: code, message };
  }
}

/** Whether two answers are the same: the same text, or errors of one code. */
export function same(left: Answer, right: Answer): boolean {
  return "text" in left ? "text" in right && left.text === right.text : "error" in right && left.error === right.error;
}

/** JSON text with the keys of objects in order, and numbers that are equal as equal texts. */
export function canonical(text: string): string {
  if (text === "undefined") return text;
  return written(JSON.parse(text, withNumbers as (key: string, value: unknown) => unknown));
}

/** A number as all of its digits. */
class Digits {
  readonly text: string;

  constructor(source: string) {
    this.text = numberText(source);
  }
}

function withNumbers(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(context.source ?? String(value)) : value;
}

function numberText(source: string): string {
  if (/^-?\d+$/.test(source)) return String(BigInt(source));
  const value = Number(source);
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Digits) return value.text;
  const sorted = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join()}}`;
}
