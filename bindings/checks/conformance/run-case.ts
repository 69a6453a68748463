// Runs one of OPA's cases through the Node API of @boardkit/grid, and classifies the outcome.
import { isDeepStrictEqual } from "node:util";
import { opaCodeOf } from "../opa/grid.ts";
import type { OpaCase } from "./opa-cases.ts";

/**
 * `missing`: an error instead of the expected result; `lenient`: a result instead of the expected error; `other`: another error than the
 * expected one.
 */
export const CLASSES = ["pass", "wrong", "missing", "lenient", "other", "panic", "timeout", "crash"] as const;
export type Class = (typeof CLASSES)[number];
/** `loose` is the class if any error of an evaluation counts as the expected one. */
export type Outcome = { class: Class; loose: Class; reason: string };

type Row = Record<string, unknown>;
/** The part of @boardkit/grid that is used here. */
export type Grid = {
  Engine: new (options: object) => {
    loadPolicies(policies: Record<string, string>): void;
    setData(data: object): void;
    query(query: string, input?: unknown): Row[];
    evaluate(rule: string, input?: unknown): unknown;
  };
  GridError: new (...args: never[]) => ThrownError;
};
type ThrownError = Error & { code: string; opaCode?: string; option?: string; file?: string; line?: number };

const RULE = /^(data(?:\.\w+)+) = (?!input$|true$|false$|null$)([a-z]\w*)$/;

/** For a query such as `data.a.b = x`: the difference to the value of the rule by `evaluate`, which may use a plan. */
function differenceAsRule(engine: InstanceType<Grid["Engine"]>, query: string, input: unknown, rows: Row[]): string | undefined {
  const [, rule, variable] = RULE.exec(query) ?? [];
  if (rule === undefined || variable === undefined) return undefined;
  const value = engine.evaluate(rule, input);
  return isDeepStrictEqual(value, rows[0]?.[variable]) ? undefined : `${rule} is ${show(value)}, but its query gives ${show(rows)}`;
}

/** Runs a case as OPA's own test does: rows are compared as sets, and bindings as sets if the case requires it. */
export function runCase(one: OpaCase, { Engine, GridError }: Grid): Outcome {
  const expectsError = one.want_error !== undefined || one.want_error_code !== undefined;
  let rows: Row[];
  let difference: string | undefined;
  try {
    const engine = new Engine({
      regoVersion: one.version,
      strictBuiltinErrors: one.strict_error ?? false,
      unsafeIntegers: "bigint",
      // OPA allows all by default.
      allow: { lookupIpAddr: { hosts: ["*"] } },
      maxNesting: 32,
      maxEvaluationMs: 5000,
    });
    engine.loadPolicies(Object.fromEntries((one.modules ?? []).map((text, index) => [`test-${index}.rego`, text])));
    if (one.data) engine.setData(one.data);
    const { query, input } = questionOf(one);
    rows = engine.query(query, input);
    difference = differenceAsRule(engine, query, input, rows);
  } catch (error) {
    return error instanceof GridError ? classOfError(one, error) : alike("crash", String(error));
  }
  if (difference !== undefined) return alike("wrong", difference);
  if (expectsError) return alike("lenient", `${show(rows)}, expected the error ${one.want_error ?? one.want_error_code}`);
  const expected = setOf(one.want_result ?? [], one, false);
  const found = setOf(rows, one, one.sort_bindings ?? false);
  if (isDeepStrictEqual(found, expected)) return alike("pass", "");
  return alike("wrong", `${show(rows)}, expected ${show(one.want_result)}`);
}

/** An input that is a term may have sets, which JSON cannot express: then the query sets its input. */
function questionOf({ query, input, input_term: term }: OpaCase): { query: string; input: unknown } {
  if (term === undefined) return { query, input };
  try {
    return { query, input: JSON.parse(term) as unknown };
  } catch {
    return { query: `${query} with input as ${term}`, input: undefined };
  }
}

/** An outcome whose `loose` class is the same. */
function alike(both: Class, reason: string): Outcome {
  return { class: both, loose: both, reason };
}

function classOfError(one: OpaCase, error: ThrownError): Outcome {
  const reason = `${error.code}: ${error.message}`;
  if (error.code === "GRID_INTERNAL") return alike("panic", reason);
  if (error.option === "maxEvaluationMs") return alike("timeout", reason);
  if (one.want_error === undefined && one.want_error_code === undefined) return alike("missing", reason);
  // All of OPA's cases load, so an error at load is not the expected one.
  if (error.code === "GRID_COMPILE") return alike("missing", reason);
  const lacks = lacksOf(one, error);
  return lacks === undefined ? alike("pass", "") : { class: "other", loose: "pass", reason: `${reason}; expected ${lacks}` };
}

/** The expected part that an error lacks: OPA's code, or a text in the message. */
function lacksOf({ want_error: text, want_error_code: code }: OpaCase, error: ThrownError): string | undefined {
  const own = opaCodeOf(error);
  if (code !== undefined && own !== code) return `the code ${code}`;
  // Some expected texts have the place and the code that OPA prints before the message; Grid prints the column too.
  const message = error.message.replace(/^\S+:\d+:\d+: /, "").replace(`${own}: `, "");
  const printed = `${error.file ?? ""}:${error.line ?? ""}: ${own}: ${message}`;
  if (text !== undefined && !error.message.includes(text) && !printed.includes(text)) return `the text ${text}`;
  return undefined;
}

/** Rows as sorted texts without duplicates. */
function setOf(rows: Row[], { ignore_generated_vars: ignores }: OpaCase, sorts: boolean): string[] {
  const texts = rows.map((row) => {
    const entries = Object.entries(row).filter(([name]) => !ignores || !name.startsWith("__localq"));
    return canonical(Object.fromEntries(entries.map(([name, value]) => [name, sorts && Array.isArray(value) ? sortValues(value) : value])));
  });
  return [...new Set(texts)].toSorted();
}

function sortValues(values: unknown[]): unknown[] {
  return values.toSorted(compare);
}

/** The order of OPA's util.Compare. */
function compare(left: unknown, right: unknown): number {
  const [rank, other] = [rankOf(left), rankOf(right)];
  if (rank !== other) return rank - other;
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (typeof left === "object" && left !== null) {
    const [a, b] = [left as Row, right as Row];
    const [keys, others] = [Object.keys(a).toSorted(), Object.keys(b).toSorted()];
    return compareLists(
      keys.flatMap((key) => [key, a[key]]),
      others.flatMap((key) => [key, b[key]]),
    );
  }
  if (typeof left === "string") return left < (right as string) ? -1 : Number(left !== right);
  return Number(left) - Number(right);
}

function compareLists(left: unknown[], right: unknown[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = compare(left[index], right[index]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function rankOf(value: unknown): number {
  if (value === null) return 0;
  const types = ["boolean", "number", "bigint", "string"].indexOf(typeof value);
  if (types >= 0) return types === 2 ? 2 : types + 1;
  return Array.isArray(value) ? 5 : 6;
}

/** JSON text with sorted object keys; integers of all types are equal. */
function canonical(value: unknown): string {
  if (typeof value === "bigint") return String(Number(value));
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
