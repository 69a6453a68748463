// All units of all repositories: OPA's answers, then Grid's beside them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinsOf, type Oracle } from "../opa/oracle.ts";
import { startWorkers } from "../opa/workers.ts";
import { type Checkout, filesOf } from "./checkout.ts";
import type { GridUnit } from "./grid-side.ts";
import { askOpa, type OpaSideOptions, type OpaUnit, readSources, VERSIONS } from "./opa-side.ts";
import { divideKnown, divideUnknown, type Unit } from "./units.ts";

const CHILD = new URL("child.ts", import.meta.url);
/** Builtins that a build may lack: a file that needs one of them is left out of the percentages, and one that needs another fails. */
const MAY_LACK =
  /^(?:graphql\.|crypto\.x509\.|crypto\.parse_private_keys|strings\.render_template|net\.lookup_ip_addr|rego\.parse_module|http\.send)/;

/** What became of a unit: `ended` is how a process of Grid ended over it. */
type UnitResult = { opa: Omit<OpaUnit, "sources" | "data" | "sampleData" | "scan" | "calls">; files: number } & (
  | { grid: GridUnit }
  | { ended: string }
);
export type Repository = { name: string; units: UnitResult[] };

export type Job = OpaSideOptions & {
  grid: string;
  checkouts: Checkout[];
  jobs: number;
  /** Seconds that Grid may take over a unit. */
  seconds: number;
  signal: AbortSignal;
  progress: (text: string) => void;
};

/** Judges repository by repository. */
export async function runCorpus(job: Job): Promise<Repository[]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-corpus-"));
  const names = join(folder, "builtins.json");
  const builtins = [...(await builtinsOf(job.oracle))].filter((name) => MAY_LACK.test(name));
  await writeFile(names, JSON.stringify(builtins));
  const workers = startWorkers<OpaUnit, GridUnit>(CHILD, {
    size: job.jobs,
    silenceMs: job.seconds * 1000,
    args: [job.grid, names],
    signal: job.signal,
  });
  const repositories: Repository[] = [];
  try {
    for (const checkout of job.checkouts) {
      const files = await filesOf(checkout.folder, [".rego"]);
      const units =
        divideKnown(checkout.name, files) ?? (await divideUnknown(checkout.name, files, (some) => refusedOf(some, checkout, job.oracle)));
      const judge = async (unit: Unit): Promise<UnitResult> => {
        const whole = await askOpa(unit, checkout, job);
        const asked = whole.sources.length === 0 ? undefined : await workers.ask(whole);
        const { sources, data: _data, sampleData: _sampleData, scan: _scan, calls: _calls, ...opa } = whole;
        const result = { opa, files: sources.length };
        if (asked && "ended" in asked) return { ...result, ended: asked.ended };
        return { ...result, grid: asked?.value ?? { files: [], tests: [], samples: [] } };
      };
      const results = await inTurns(units, job.jobs, judge);
      repositories.push({ name: checkout.name, units: results });
      job.progress(`${checkout.name}: ${results.length} units, ${results.reduce((sum, { files: count }) => sum + count, 0)} files`);
    }
  } finally {
    await workers.end();
    await rm(folder, { recursive: true, force: true });
  }
  return repositories;
}

/** A few at a time, so that OPA's answers to a whole repository are never in memory at once. */
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

/** How many files of some OPA refuses when they are loaded together, under the best of its versions. */
async function refusedOf(files: string[], { folder }: Checkout, oracle: Oracle): Promise<number> {
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
