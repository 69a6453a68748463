// Times loads and decisions of policies of public repositories: Grid beside OPA's library in a Go process.
import { median } from "../bench/median.ts";
import { nanoseconds } from "../bench/repeat.ts";
import type { Checkout } from "../corpus/checkout.ts";
import { filesOf } from "../corpus/checkout.ts";
import { askOpa, type OpaSideOptions, type OpaUnit } from "../corpus/opa-side.ts";
import { divideKnown, type Unit } from "../corpus/units.ts";
import type { Grid, GridEngine, GridOptions } from "../opa/grid.ts";

/** Microseconds of one decision. */
type Decision = { repository: string; ref: string; inputBytes: number; opa: number; grid: number };
/** Milliseconds of one load. */
type Load = { repository: string; unit: string; files: number; opa: number; grid: number };
export type Times = { decisions: Decision[]; loads: Load[] };

export type Job = OpaSideOptions & {
  grid: Grid;
  checkouts: Checkout[];
  /** The most decisions of a repository, each of another unit or rule, and the most units. */
  decisions: number;
  units: number;
  progress: (text: string) => void;
};

const LIMITS: GridOptions = {
  maxLoadMs: 120_000,
  maxLoadMemoryBytes: 4_000_000_000,
  maxEvaluationMs: 20_000,
  maxEvaluationMemoryBytes: 1_000_000_000,
  maxDataBytes: 100_000_000,
  maxPolicyBytes: 8_000_000,
};
/** Rounds; figures are their medians. OPA and Grid take turns in each. */
const ROUNDS = 3;

/** Times units of each repository, one after another. */
export async function timeCorpus(job: Job): Promise<Times> {
  const times: Times = { decisions: [], loads: [] };
  for (const checkout of job.checkouts) {
    const all = divideKnown(checkout.name, await filesOf(checkout.folder, [".rego"])) ?? [];
    const before = times.decisions.length;
    for (const unit of spread(all, job.units)) await timeUnit(unit, checkout, job, times, before + job.decisions);
    job.progress(`${checkout.name}: ${times.decisions.length - before} decisions`);
  }
  return times;
}

async function timeUnit(unit: Unit, checkout: Checkout, job: Job, times: Times, most: number): Promise<void> {
  const opa = await askOpa(unit, checkout, job);
  // The time of a host's builtins belongs neither to OPA nor to Grid.
  if (opa.sources.length === 0 || opa.calls.length > 0) return;
  const policies = Object.fromEntries(opa.sources.map(({ name, text }) => [name, text]));
  const load = (): GridEngine => {
    const engine = new job.grid.Engine({ ...LIMITS, regoVersion: opa.version });
    engine.setData(opa.sampleData as object);
    engine.loadPolicies(policies);
    return engine;
  };
  let engine: GridEngine;
  try {
    engine = load();
  } catch {
    // `npm run corpus` reports units that do not load.
    return;
  }
  const id = `${unit.repository}/${unit.id}`;
  const { oracle } = job;
  const versions = [opa.version];
  const loads = await inTurns(
    async () => (await oracle.ask<{ ns?: number }>({ op: "timeLoad", sources: opa.sources, versions })).ns ?? 0,
    () => nanoseconds(load),
  );
  if (loads) times.loads.push({ repository: unit.repository, unit: unit.id, files: opa.sources.length, ...scaled(loads, 1e6) });
  await oracle.ask({ op: "load", id, sources: opa.sources, versions, data: opa.sampleData });
  for (const { ref, input } of samplesOf(opa).slice(0, Math.max(0, most - times.decisions.length))) {
    const queries = [{ ref, inputs: [[input]] }];
    const found = await inTurns(
      async () => (await oracle.ask<{ ns?: number[] }>({ op: "timeEval", id, queries })).ns?.[0] ?? 0,
      () => nanoseconds(() => engine.evaluate(ref, input)),
    );
    const inputBytes = JSON.stringify(input).length;
    if (found) times.decisions.push({ repository: unit.repository, ref, inputBytes, ...scaled(found, 1e3) });
  }
  await oracle.ask({ op: "forget", id });
}

/** The rules, each with the input that has the longest answer: it does most of the rule's work. */
function samplesOf({ samples }: OpaUnit): { ref: string; input: unknown }[] {
  const found = samples.flatMap(({ ref, inputs, answers }) => {
    const size = (index: number) => JSON.stringify(answers[index] ?? null).length;
    const [best] = [...inputs.keys()].toSorted((left, right) => size(right) - size(left));
    return best === undefined ? [] : [{ ref, input: inputs[best], size: size(best) }];
  });
  return found.toSorted((left, right) => right.size - left.size).slice(0, 2);
}

type Pair = { opa: number; grid: number };

/** Medians of rounds in which the two take turns; undefined if one of them fails. */
async function inTurns(opa: () => Promise<number>, grid: () => number): Promise<Pair | undefined> {
  const rounds: Pair[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const one = await opa();
    if (one === 0) return undefined;
    try {
      rounds.push({ opa: one, grid: grid() });
    } catch {
      // `npm run corpus` reports answers that differ.
      return undefined;
    }
  }
  return { opa: median(rounds.map((round) => round.opa)), grid: median(rounds.map((round) => round.grid)) };
}

function scaled({ opa, grid }: Pair, by: number): Pair {
  return { opa: opa / by, grid: grid / by };
}

function spread<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}
