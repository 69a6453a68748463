// The engine beside the interpreter of regorus, in Rust, by crates/grid-opa/examples/bench_core.rs.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { type BenchPolicy, queryOf } from "./policies.ts";

/**
 * Microseconds per decision of one policy, by the interpreter of regorus (`bare`) and by Grid. `gridToBare` is the ratio of the two.
 * `gridCounting` is the ratio of Grid to Grid without the counting allocator.
 */
export type CoreTimes = {
  name: string;
  bare: number;
  grid: number;
  gridToBare: number;
  gridCounting: number;
};

/** Builds and runs the program. */
export async function timeCore(policies: BenchPolicy[], signal: AbortSignal): Promise<CoreTimes[]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  try {
    const file = join(folder, "policies.json");
    await writeFile(file, JSON.stringify(policies.map((policy) => ({ ...policy, query: queryOf(policy) }))));
    const argv = ["cargo", "run", "--release", "--quiet", "-p", "grid-opa", "--example", "bench_core", "--", file];
    const { stdout } = await runOrFail({ argv, cwd: packageRoot, signal }, "BENCH_FAILED");
    return JSON.parse(stdout) as CoreTimes[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
