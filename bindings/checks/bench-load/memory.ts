// The memory that Grid adds to a Node process: the packed packages in fresh processes, all cases in each round.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { medianOfEach } from "../bench/processes.ts";

/** Caches after the first, in the case `caches`. */
const MORE_CACHES = 100;
/** The arguments of memory.cjs. */
const CASES = { bare: ["bare"], engine: ["engine"], cache: ["caches", "1"], caches: ["caches", `${1 + MORE_CACHES}`] };

/** Bytes of anonymous memory; medians of all processes. */
export type Memory = {
  /** Node alone. */
  bare: number;
  /** Added by an engine of 50 rules after one decision. */
  engine: number;
  /** Added by the first empty cache: mostly the addon. */
  cache: number;
  /** Added by each further empty cache. */
  further: number;
};

/** Goals in bytes. */
export const MEMORY_GOALS = { engine: 3e6, further: 0.2e6 };

/** Measures in a folder that has the packages installed. */
export async function measureMemory(folder: string, repeats: number, signal: AbortSignal): Promise<Memory> {
  const child = join(folder, "memory.cjs");
  await copyFile(join(import.meta.dirname, "memory.cjs"), child);
  const { bare, engine, cache, caches } = await medianOfEach(CASES, repeats, (args) => ({
    argv: [process.execPath, "--expose-gc", child, ...args],
    cwd: folder,
    signal,
  }));
  return {
    bare,
    engine: engine - bare,
    cache: cache - bare,
    further: (caches - cache) / MORE_CACHES,
  };
}
