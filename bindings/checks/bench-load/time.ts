// Times loading by `require` and `import`, in turn.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { runOrFail } from "../../../scripts/tools/exec.ts";

/** Goals in milliseconds, for x64. */
export const TIME_GOALS = { total: 15, loader: 3 };

const WAYS = ["require", "import"] as const;
const PARTS = ["package", "loader", "dlopen", "decision", "total"] as const;

export type Parts = Record<(typeof PARTS)[number], number>;
/** Milliseconds of one way to load, by part: the least, the median and the 90th percentile. */
export type Figures = { way: string; least: Parts; median: Parts; high: Parts };

/** Times both ways `repeats` times, one after the other in each round, in a folder that has the packages installed. */
export async function timeLoad(folder: string, repeats: number, signal: AbortSignal): Promise<Figures[]> {
  const child = join(folder, "time.cjs");
  await copyFile(join(import.meta.dirname, "time.cjs"), child);
  const samples = new Map<string, Parts[]>(WAYS.map((way) => [way, []]));
  // The first round only warms the page cache.
  for (let round = 0; round <= repeats; round += 1) {
    for (const way of WAYS) {
      const { stdout } = await runOrFail({ argv: [process.execPath, child, way], cwd: folder, signal }, "BENCH_FAILED");
      if (round > 0) samples.get(way)?.push(JSON.parse(stdout) as Parts);
    }
  }
  return [...samples].map(([way, all]) => ({ way, least: quantile(all, 0), median: quantile(all, 0.5), high: quantile(all, 0.9) }));
}

function quantile(all: Parts[], share: number): Parts {
  const at = (part: keyof Parts) =>
    all.map((one) => one[part]).toSorted((one, other) => one - other)[Math.floor((all.length - 1) * share)] ?? 0;
  return Object.fromEntries(PARTS.map((part) => [part, at(part)])) as Parts;
}
