// Parses sources with rego.parse_module of OPA and of Grid, and compares the trees.
import { answersOf } from "../opa/answers.ts";
import { canonical } from "../opa/canonical.ts";
import type { Grid, GridEngine } from "../opa/grid.ts";
import type { Oracle } from "../opa/oracle.ts";
import { type Finding, type GroupResult, judge, type OpaText } from "../sources/findings.ts";
import type { SourceGroup } from "../sources/groups.ts";

const QUERY = "rego.parse_module(input.name, input.text)";
/** The unit that the oracle evaluates in. */
const ID = "trees";
/** Questions to OPA are asked in lists of this length. */
const BATCH = 100;
/** Characters of a difference that a report has. */
const SHOWN = 60;

/** An engine with room for the largest trees. */
export function engineOf({ Engine }: Grid): GridEngine {
  const room = 2 ** 31;
  return new Engine({
    maxInputBytes: 16 << 20,
    maxEvaluationMs: 60_000,
    maxEvaluationMemoryBytes: room,
    strictBuiltinErrors: true,
  });
}

/** Prepares the oracle. */
export async function loadUnit(oracle: Oracle): Promise<void> {
  await oracle.ask({ op: "load", id: ID, sources: [{ name: "empty.rego", text: "package empty" }], versions: ["v1"] });
}

/** Compares a group. */
export async function compareTrees(group: SourceGroup, oracle: Oracle, engine: GridEngine): Promise<GroupResult> {
  const findings: Finding[] = [];
  for (let at = 0; at < group.sources.length; at += BATCH) {
    const sources = group.sources.slice(at, at + BATCH);
    const queries = [{ ref: QUERY, inputs: sources.map((source) => [source]) }];
    const line = await oracle.askText({ op: "eval", id: ID, queries, strictErrors: true });
    const answers = answersOf(line)?.[0];
    if (answers === undefined) throw new Error(`OPA's parser: ${line.slice(0, 200)}`);
    for (const [index, { name, text }] of sources.entries()) {
      const answer = answers[index];
      const opa: OpaText = answer && "text" in answer ? answer : { errors: [{ message: "", text: answer?.message ?? "no answer" }] };
      const ask = () => canonical(engine.evaluateJson(QUERY, JSON.stringify({ name, text })) ?? "undefined");
      const { outcome, detail } = judge(ask, opa, firstDifference);
      findings.push({ source: name, version: "v1", outcome, detail });
    }
  }
  return { name: group.name, findings };
}

function firstDifference(wanted: string, found: string): string {
  let at = 0;
  while (at < wanted.length && wanted[at] === found[at]) at += 1;
  const from = Math.max(0, at - SHOWN / 2);
  return `character ${at + 1}: OPA ${wanted.slice(from, at + SHOWN)}, Grid ${found.slice(from, at + SHOWN)}`;
}
