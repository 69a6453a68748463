// The crate beside moka and quick_cache in Rust: crates/grid-cache/examples, in processes that cargo builds.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import type { Place } from "./place.ts";

/** Nanoseconds a call. quick_cache knows no TTL, and stands against a cache without one. */
export type RustFigures = {
  call: "get" | "set";
  threads: number;
  capacity: number;
  grid: number;
  quickCache: number;
  gridWithTtl: number;
  mokaWithTtl: number;
};

/** Builds and runs an example, which prints JSON. */
export async function runExample<T>(name: string, args: string[], signal: AbortSignal): Promise<T> {
  const argv = ["cargo", "run", "--release", "--quiet", "--package", "grid-cache", "--example", name, "--", ...args];
  const { stdout } = await runOrFail({ argv, cwd: packageRoot, signal }, "BENCH_FAILED");
  return JSON.parse(stdout) as T;
}

/** Times the crate and its peers, in turns. */
export async function timeRust({ capacities, repeats, reporter, signal }: Place): Promise<RustFigures[]> {
  reporter.note("in Rust, beside moka and quick_cache");
  const args = [
    "--json",
    "--millis",
    "15",
    "--repeats",
    String(repeats),
    ...capacities.flatMap((capacity) => ["--capacity", String(capacity)]),
  ];
  return runExample<RustFigures[]>("bench", args, signal);
}

/** Behind each peer's time how many times ours it is. */
export function rustTable(figures: RustFigures[]): string {
  const beside = (time: number, own: number) => `${time.toFixed(0)} ${(time / own).toFixed(2)}x`;
  const rows = figures.map((one) => [
    one.call,
    String(one.capacity),
    String(one.threads),
    one.grid.toFixed(0),
    beside(one.quickCache, one.grid),
    one.gridWithTtl.toFixed(0),
    beside(one.mokaWithTtl, one.gridWithTtl),
  ]);
  return formatTable(["ns a call, from Rust", "entries", "threads", "grid", "quick_cache", "grid, TTL", "moka, TTL"], rows);
}
