// What Grid adds to the memory of a Node process: the packed packages in fresh processes, case after case in each round.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { runOrFail } from "../../tools/exec.ts";
import { median } from "../bench/median.ts";

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
  const samples = { bare: [], engine: [], cache: [], caches: [] } as Record<keyof typeof CASES, number[]>;
  for (let round = 0; round < repeats; round += 1) {
    for (const [name, args] of Object.entries(CASES)) {
      const { stdout } = await runOrFail({ argv: [process.execPath, "--expose-gc", child, ...args], cwd: folder, signal }, "BENCH_FAILED");
      samples[name as keyof typeof CASES].push(Number(stdout));
    }
  }
  const bare = median(samples.bare);
  const cache = median(samples.cache);
  return {
    bare,
    engine: median(samples.engine) - bare,
    cache: cache - bare,
    further: (median(samples.caches) - cache) / MORE_CACHES,
  };
}
