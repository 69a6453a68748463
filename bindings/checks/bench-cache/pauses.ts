// The pauses of V8's garbage collector in a program that makes garbage beside a large cache.
import { fileURLToPath } from "node:url";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { median } from "../bench/median.ts";
import type { Place } from "./place.ts";

const CHILD = fileURLToPath(new URL("pause-child.mjs", import.meta.url));
const ENTRIES = 1_000_000;
const PROCESSES = 5;
const WAYS = { grid: "grid", lru: "lru-cache", none: "no cache" };

/** Milliseconds. */
type Pauses = {
  longest: number;
  total: number;
  /** Pauses of major collections: their number and their sum. */
  majors: number;
  majorTotal: number;
  /** A forced full collection. */
  full: number;
  /** The run time of the program. */
  milliseconds: number;
};
export type PauseFigures = Pauses & { cache: string };

/** Runs the program beside each cache, each time in a fresh process. */
export async function measurePauses({ grid, repeats, reporter, signal }: Place): Promise<PauseFigures[]> {
  const found = Object.keys(WAYS).map((way) => ({ way, runs: [] as Pauses[] }));
  for (let round = 0; round < Math.min(repeats, PROCESSES); round += 1) {
    reporter.note(`pauses of the garbage collector, round ${round + 1}`);
    for (const { way, runs } of found) {
      const { stdout } = await runOrFail(
        { argv: [process.execPath, "--expose-gc", CHILD, way, String(ENTRIES), grid], signal },
        "BENCH_FAILED",
      );
      runs.push(JSON.parse(stdout) as Pauses);
    }
  }
  return found.map(({ way, runs }) => {
    const middle = (key: keyof Pauses) => median(runs.map((one) => one[key]));
    return {
      cache: WAYS[way as keyof typeof WAYS],
      longest: middle("longest"),
      total: middle("total"),
      majors: middle("majors"),
      majorTotal: middle("majorTotal"),
      full: middle("full"),
      milliseconds: middle("milliseconds"),
    };
  });
}

export function pauseTable(figures: PauseFigures[]): string {
  const rows = figures.map((one) => [
    one.cache,
    one.longest.toFixed(1),
    one.total.toFixed(0),
    one.majors.toFixed(0),
    one.majorTotal.toFixed(0),
    one.full.toFixed(0),
    one.milliseconds.toFixed(0),
  ]);
  const header = [
    `garbage beside ${ENTRIES} entries`,
    "longest pause ms",
    "all pauses ms",
    "major pauses",
    "major pauses ms",
    "full collection ms",
    "program ms",
  ];
  return formatTable(header, rows);
}
