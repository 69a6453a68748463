// Times calls of builtins: Grid beside OPA's library in a Go process.
import { median } from "../bench/median.ts";
import { nanoseconds } from "../bench/repeat.ts";
import type { Grid } from "../opa/grid.ts";
import type { Oracle } from "../opa/oracle.ts";
import { type Call, INPUT, policyOf } from "./call.ts";
import { DOCUMENTS } from "./documents.ts";
import { SECURITY } from "./security.ts";
import { TEXTS } from "./texts.ts";
import { VALUES } from "./values.ts";

/** Microseconds of one call; `ratio` is the median of the rounds. */
export type CallTime = { family: string; name: string; opa: number; grid: number; ratio: number };
export type Timed = { times: CallTime[]; faults: string[] };

/** Rounds; OPA and Grid take turns in each. */
const ROUNDS = 5;

const CALLS: Call[] = [...TEXTS, ...DOCUMENTS, ...SECURITY, ...VALUES];
const ID = "builtins";

/** Times the calls whose family or name contains one of the texts. */
export async function timeBuiltins(oracle: Oracle, { Engine }: Grid, only: string[], progress: (text: string) => void): Promise<Timed> {
  const calls = CALLS.filter(({ family, name }) => only.length === 0 || only.some((part) => `${family}: ${name}`.includes(part)));
  const sources = calls.map((call, index) => ({ name: `c${index}.rego`, text: policyOf(`c${index}`, call) }));
  const loaded = await oracle.ask<{ errors?: { text: string }[] }>({ op: "load", id: ID, sources, versions: ["v1"] });
  if (loaded.errors?.[0] || loaded.error) throw new Error(`OPA refuses a call: ${loaded.error ?? loaded.errors?.[0]?.text}`);
  const engine = new Engine({ maxEvaluationMs: 20_000, maxPolicyBytes: 8 << 20, maxLoadMs: 60_000, strictBuiltinErrors: true });
  engine.loadPolicies(Object.fromEntries(sources.map(({ name, text }) => [name, text])));
  const timed: Timed = { times: [], faults: [] };
  for (const [index, call] of calls.entries()) {
    const label = `${call.family}: ${call.name}`;
    const ref = `data.c${index}.r`;
    const queries = [{ ref, inputs: [[INPUT]] }];
    const { answers } = await oracle.ask<{ answers?: { value?: number }[][] }>({ op: "eval", id: ID, queries, strictErrors: true });
    const [opa, grid] = [answers?.[0]?.[0]?.value, engine.evaluate(ref, INPUT)];
    if (opa !== call.items.length || grid !== opa)
      timed.faults.push(`${label}: OPA has ${opa} results and Grid ${grid} of ${call.items.length}`);
    const rounds: { opa: number; grid: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { ns } = await oracle.ask<{ ns?: number[] }>({ op: "timeEval", id: ID, queries });
      rounds.push({ opa: ns?.[0] ?? 0, grid: nanoseconds(() => engine.evaluate(ref, INPUT)) });
    }
    const each = (of: (round: { opa: number; grid: number }) => number) => median(rounds.map(of)) / 1000 / call.items.length;
    timed.times.push({
      family: call.family,
      name: call.name,
      opa: each((round) => round.opa),
      grid: each((round) => round.grid),
      ratio: median(rounds.map((round) => round.grid / round.opa)),
    });
    progress(label);
  }
  await oracle.ask({ op: "forget", id: ID });
  return timed;
}
