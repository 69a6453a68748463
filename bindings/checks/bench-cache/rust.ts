// The crate beside moka and quick_cache in Rust, by crates/grid-cache/examples.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import type { Place } from "./place.ts";

/** Nanoseconds per call. quick_cache has no TTL and is compared with a cache without one. */
export type RustFigures = {
  call: "get" | "set";
  threads: number;
  capacity: number;
  grid: number;
  quickCache: number;
  gridWithTtl: number;
  mokaWithTtl: number;
};

/** Builds and runs an example that prints JSON. */
export async function runExample<T>(name: string, args: string[], signal: AbortSignal): Promise<T> {
  const argv = ["cargo", "run", "--release", "--quiet", "--package", "grid-cache", "--example", name, "--", ...args];
  const { stdout } = await runOrFail({ argv, cwd: packageRoot, signal }, "BENCH_FAILED");
  return JSON.parse(stdout) as T;
}

/** Times the crate and its peers, in turn. */
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

/** Each peer's time is followed by its ratio to Grid's. */
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
  return formatTable(["ns per call, from Rust", "entries", "threads", "grid", "quick_cache", "grid, TTL", "moka, TTL"], rows);
}
