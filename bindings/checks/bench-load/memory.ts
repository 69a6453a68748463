// What Grid adds to the memory of a Node process: the packed packages in fresh processes, case after case in each round.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { medianOfEach } from "../bench/processes.ts";

/** Caches beyond the first in the case of many. */
const MORE_CACHES = 100;
/** What memory.cjs is asked for. */
const CASES = { bare: ["bare"], engine: ["engine"], cache: ["caches", "1"], caches: ["caches", `${1 + MORE_CACHES}`] };

/** Bytes of anonymous memory, each the median of all processes. */
export type Memory = {
  /** Node alone. */
  bare: number;
  /** What an engine of 50 rules that has decided once adds to it. */
  engine: number;
  /** What the first empty cache adds to it, which is mostly the load of the addon. */
  cache: number;
  /** What each further empty cache adds. */
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
