// Runs all units of all repositories in OPA and in Grid.
import type { Oracle } from "../opa/oracle.ts";
import { startWorkers } from "../opa/workers.ts";
import { newSigners } from "./bundle-keys.ts";
import { bundleOf } from "./bundles.ts";
import { type Checkout, filesOf } from "./checkout.ts";
import type { GridUnit } from "./grid-side.ts";
import { askOpa, type OpaSideOptions, type OpaUnit, readSources, VERSIONS } from "./opa-side.ts";
import { divideKnown, divideUnknown, type Unit } from "./units.ts";

const CHILD = new URL("child.ts", import.meta.url);

const NOTHING: GridUnit = { files: [], tests: [], samples: [] };

/** The result of a unit: `ended` is how it ended a process of Grid; `unbuilt` is why `opa build` makes no bundle of it. */
type UnitResult = { opa: Omit<OpaUnit, "sources" | "data" | "sampleData" | "scan" | "calls">; files: number } & (
  | { grid: GridUnit; unbuilt?: string }
  | { ended: string }
);
export type Repository = { name: string; units: UnitResult[] };

export type Job = OpaSideOptions & {
  grid: string;
  checkouts: Checkout[];
  jobs: number;
  /** The time limit of Grid for a unit, in seconds. */
  seconds: number;
  /** Whether Grid loads signed bundles of `opa build`. */
  bundles: boolean;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/** Runs one repository after another. */
export async function runCorpus(job: Job): Promise<Repository[]> {
  const workers = startWorkers<OpaUnit, GridUnit>(CHILD, {
    size: job.jobs,
    silenceMs: job.seconds * 1000,
    args: [job.grid],
    signal: job.signal,
  });
  const signers = job.bundles ? newSigners() : undefined;
  const repositories: Repository[] = [];
  try {
    for (const checkout of job.checkouts) {
      const files = await filesOf(checkout.folder, [".rego"]);
      const units =
        divideKnown(checkout.name, files) ?? (await divideUnknown(checkout.name, files, (some) => rejectedOf(some, checkout, job.oracle)));
      const judge = async (unit: Unit): Promise<UnitResult> => {
        const complete = await askOpa(unit, checkout, job);
        const { sources, data: _data, sampleData: _sampleData, scan: _scan, calls: _calls, ...opa } = complete;
        const result = { opa, files: sources.length };
        if (sources.length === 0) return { ...result, grid: NOTHING };
        const asked = signers ? await bundleOf(complete, signers, job.oracle) : complete;
        if ("unbuilt" in asked) return { ...result, grid: NOTHING, unbuilt: asked.unbuilt };
        const answer = await workers.ask(asked);
        return "ended" in answer ? { ...result, ended: answer.ended } : { ...result, grid: answer.value };
      };
      const results = await inTurns(units, job.jobs, judge);
      repositories.push({ name: checkout.name, units: results });
      job.progress(`${checkout.name}: ${results.length} units, ${results.reduce((sum, { files: count }) => sum + count, 0)} files`);
    }
  } finally {
    await workers.end();
  }
  return repositories;
}

/** Runs a few items at a time, so that OPA's answers for a repository are not all in memory at once. */
async function inTurns<T, R>(items: T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const turn = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: size + 1 }, turn));
  return results;
}

/** The number of files that OPA rejects when they are loaded together, in the version with the fewest. */
async function rejectedOf(files: string[], { folder }: Checkout, oracle: Oracle): Promise<number> {
  const sources = await readSources({ files }, folder);
  const id = "divided";
  const { dropped, version } = await oracle.ask<{ dropped?: unknown[]; version?: string }>({
    op: "load",
    id,
    sources,
    versions: VERSIONS,
    drop: true,
  });
  await oracle.ask({ op: "forget", id });
  return version === undefined ? files.length : (dropped?.length ?? 0);
}
