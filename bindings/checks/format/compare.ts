// Formats sources with OPA and with Grid, and compares the texts.
import type { Grid, GridEngine } from "../opa/grid.ts";
import type { Oracle, Source } from "../opa/oracle.ts";
import { type Finding, type GroupResult, judge, type OpaText } from "../sources/findings.ts";
import type { SourceGroup } from "../sources/groups.ts";

type Formatted = { files: OpaText[] };
type Engines = Record<"v0" | "v1", GridEngine>;

/** Questions to OPA are asked in lists of this length. */
const BATCH = 200;

/** Compares a group. A source is formatted in the first of v1 and v0 in which OPA formats it. */
export async function compareGroup(group: SourceGroup, oracle: Oracle, engines: Engines): Promise<GroupResult> {
  const findings: Finding[] = [];
  for (let at = 0; at < group.sources.length; at += BATCH) {
    const sources = group.sources.slice(at, at + BATCH);
    const [v1, v0] = [await ask(oracle, sources, "v1"), await ask(oracle, sources, "v0")];
    for (const [index, source] of sources.entries()) {
      const version = v1[index]?.text === undefined && v0[index]?.text !== undefined ? "v0" : "v1";
      const answer = (version === "v1" ? v1 : v0)[index] ?? {};
      findings.push({ source: source.name, version, ...formatted(source.text, answer, engines[version]) });
    }
  }
  return { name: group.name, findings };
}

/** The engines of a Grid, with room for the largest sources. */
export function enginesOf({ Engine }: Grid): Engines {
  const limits = { maxPolicyBytes: 16 << 20, maxLoadMemoryBytes: 2 ** 30 };
  return { v0: new Engine({ ...limits, regoVersion: "v0" }), v1: new Engine({ ...limits, regoVersion: "v1" }) };
}

async function ask(oracle: Oracle, sources: Source[], version: "v0" | "v1"): Promise<Formatted["files"]> {
  const { files, error } = await oracle.ask<Partial<Formatted>>({ op: "format", sources, versions: [version] });
  if (files === undefined) throw new Error(`OPA's formatter: ${error}`);
  return files;
}

function formatted(source: string, answer: OpaText, engine: GridEngine): Omit<Finding, "source" | "version"> {
  const { text, ...found } = judge(() => engine.format(source), answer, firstDifference);
  return text === undefined || found.outcome === "lenient" ? found : { ...found, changes: !isStable(text, engine) };
}

/** Whether formatting again changes nothing. */
function isStable(text: string, engine: GridEngine): boolean {
  try {
    return engine.format(text) === text;
  } catch {
    return false;
  }
}

function firstDifference(wanted: string, found: string): string {
  const [left, right] = [wanted.split("\n"), found.split("\n")];
  const at = left.findIndex((line, index) => line !== right[index]);
  const line = at === -1 ? left.length : at;
  const show = (lines: string[]) => JSON.stringify(lines.slice(line, line + 2).join("\n"));
  return `line ${line + 1}: OPA ${show(left)}, Grid ${show(right)}`;
}
