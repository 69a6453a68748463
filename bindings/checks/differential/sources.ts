// Compares OPA and Grid on mutated sources: whether they accept a source, or the stage that rejects it.
import type { Policy } from "../check-errors/faults.ts";
import type { GridSays } from "../check-errors/judge.ts";
import { isExplained } from "../opa/explained.ts";
import { lacksBuiltin, opaCodeOf } from "../opa/grid.ts";
import { mutate } from "../opa/mutate.ts";
import { builtinsOf, type OpaError, type Oracle } from "../opa/oracle.ts";
import type { Workers } from "../opa/workers.ts";
import { Random } from "../lib/random.ts";
import { kindOf } from "./compare.ts";
import { shrinkText } from "./shrink-text.ts";

/**
 * `refuses`: Grid rejects it without an OPA code, so the stage is unknown; `limit`: a limit of Grid; `lacks`: a builtin of OPA that this
 * build of Grid lacks.
 */
export const STAGES = ["takes", "parse", "compile", "refuses", "lacks", "limit", "broken"] as const;
export type Stage = (typeof STAGES)[number];
type Seed = { name: string; text: string; version: "v0" | "v1" };

type SourceDifference = { cause: string; name: string; text: string; version: "v0" | "v1"; opa: string; grid: string };
export type SourceReport = {
  sources: number;
  /** The number of sources by the stages of OPA and Grid. */
  counts: Map<string, number>;
  causes: Map<string, { count: number; fails: boolean; example: SourceDifference }>;
};

export type SourceJob = {
  oracle: Oracle;
  grid: Workers<Policy, GridSays | { unsupported: string }>;
  seeds: Seed[];
  count: number;
  seed: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

const BATCH = 200;
const REPORT_EVERY = 10_000;
const MOST_CHANGES = 3;
const MEANING_SHARE = 0.25;
const TRIES = 400;

type Fuzz = SourceJob & { builtins: ReadonlySet<string> };
type Verdict = { opa: Stage; grid: Stage; opaText: string; gridText: string };

/** Compares `count` mutants of sources. */
export async function fuzzSources(sourceJob: SourceJob): Promise<SourceReport> {
  const job: Fuzz = { ...sourceJob, builtins: await builtinsOf(sourceJob.oracle) };
  const random = new Random(job.seed);
  const report: SourceReport = { sources: 0, counts: new Map(), causes: new Map() };
  while (report.sources < job.count) {
    const batch = Array.from({ length: Math.min(BATCH, job.count - report.sources) }, () => mutantOf(random, random.of(job.seeds)));
    const verdicts = await Promise.all(batch.map((one) => verdictOf(job, one)));
    for (const [index, verdict] of verdicts.entries()) await addVerdict(job, report, batch[index] as Seed, verdict);
    job.signal.throwIfAborted();
    if (report.sources % REPORT_EVERY < BATCH) job.progress(`${report.sources} sources, ${failuresIn(report)} differ`);
  }
  return report;
}

/** The number of sources that differ without an explanation. */
export function failuresIn({ causes }: SourceReport): number {
  return [...causes.values()].reduce((sum, { count, fails }) => sum + (fails ? count : 0), 0);
}

/** A source with one or a few changes. */
function mutantOf(random: Random, seed: Seed): Seed {
  let { name, text } = seed;
  for (let left = random.from(1, MOST_CHANGES); left > 0; left -= 1) {
    const mutant = mutate(text, random, MEANING_SHARE);
    if (!mutant) continue;
    text = mutant.text;
    name += `, ${mutant.kind}`;
  }
  return { name, text, version: seed.version };
}

async function verdictOf({ oracle, grid, builtins }: Fuzz, { text, version }: Seed): Promise<Verdict> {
  const sources = [{ name: "a.rego", text }];
  const [opaAnswer, gridAnswer] = await Promise.all([
    oracle.ask<{ errors?: OpaError[] }>({ op: "check", sources, versions: [version] }),
    grid.ask({ name: "a", sources, version, strict: false }),
  ]);
  const says = "ended" in gridAnswer ? gridAnswer : gridAnswer.value;
  const own = "unsupported" in says ? { thrown: says.unsupported } : says;
  const [first] = opaAnswer.errors ?? [];
  const opa: Stage = opaAnswer.error !== undefined ? "broken" : first ? (first.code === "rego_parse_error" ? "parse" : "compile") : "takes";
  return { opa, grid: stageOf(own, builtins), opaText: opaAnswer.error ?? first?.text ?? "accepts it", gridText: textOf(own) };
}

/** The stage at which Grid rejects a source. */
export function stageOf(says: GridSays, builtins: ReadonlySet<string>): Stage {
  if (!("faults" in says)) return "broken";
  const [first] = says.faults;
  if (!first) return "takes";
  if (says.faults.some(({ code }) => code === "GRID_LIMIT")) return "limit";
  if (says.faults.some(({ message }) => lacksBuiltin(message, builtins))) return "lacks";
  const code = opaCodeOf(first);
  return code === undefined ? "refuses" : code === "rego_parse_error" ? "parse" : "compile";
}

function textOf(says: GridSays): string {
  if ("ended" in says) return says.ended;
  if ("thrown" in says) return says.thrown;
  const [first] = says.faults;
  return first ? `${first.line}:${first.column} ${opaCodeOf(first) ?? first.code}: ${first.message}` : "accepts it";
}

/** Whether the stages of OPA and Grid differ. A source that ends the oracle does not count. */
export function differ(opa: Stage, grid: Stage): boolean {
  if (opa === "broken") return false;
  if (grid === "broken") return true;
  if (grid === "limit" || grid === "lacks") return false;
  return grid === "refuses" ? opa === "takes" : opa !== grid;
}

function causeOf({ opa, grid, opaText, gridText }: Verdict): string {
  const kind = (text: string) => kindOf(text.replace(/^\S*\d:\S* /, "").replace(/^(?:rego_\w+|GRID_\w+): /, ""));
  return `OPA ${opa}${opa === "takes" ? "" : ` (${kind(opaText)})`}, Grid ${grid}${grid === "takes" ? "" : ` (${kind(gridText)})`}`;
}

async function addVerdict(job: Fuzz, report: SourceReport, one: Seed, verdict: Verdict): Promise<void> {
  report.sources += 1;
  const pair = `${verdict.opa} ${verdict.grid}`;
  report.counts.set(pair, (report.counts.get(pair) ?? 0) + 1);
  if (!differ(verdict.opa, verdict.grid)) return;
  const cause = causeOf(verdict);
  const known = report.causes.get(cause);
  if (known) {
    known.count += 1;
    return;
  }
  let last = verdict;
  const text = await shrinkText(one.text, TRIES, async (shorter) => {
    const next = await verdictOf(job, { ...one, text: shorter });
    const shows = differ(next.opa, next.grid) && causeOf(next) === cause;
    if (shows) last = next;
    return shows;
  });
  const example = { cause, name: one.name, text, version: one.version, opa: last.opaText, grid: last.gridText };
  report.causes.set(cause, { count: 1, fails: !isExplained(cause), example });
}
