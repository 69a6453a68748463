// The memory that an engine adds to a Node process: the rules of a policy and 10,000 decisions, each time in a fresh process.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { median } from "../bench/median.ts";
import { type BenchPolicy, queryOf } from "./policies.ts";

const CHILD = fileURLToPath(new URL("memory-child.mjs", import.meta.url));
const PROCESSES = 3;

/** Bytes of resident memory, and of its anonymous part. */
export type Added = { rss: number; anonymous: number };

/** The medians of several processes. `wasm` is the policy as OPA compiled it. */
export async function measureMemory(
  way: "text" | "object" | "wasm",
  policy: BenchPolicy,
  places: { grid: string; wasm: string | undefined },
  signal: AbortSignal,
): Promise<Added> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  try {
    const file = join(folder, "policy.json");
    const opaWasm = createRequire(import.meta.url).resolve("@open-policy-agent/opa-wasm");
    await writeFile(file, JSON.stringify({ ...places, opaWasm, policy: { ...policy, query: queryOf(policy) } }));
    const found: Added[] = [];
    for (let left = PROCESSES; left > 0; left -= 1) {
      const argv = [process.execPath, "--expose-gc", CHILD, way, file];
      const { stdout } = await runOrFail({ argv, signal }, "BENCH_FAILED");
      found.push(JSON.parse(stdout) as Added);
    }
    return { rss: median(found.map(({ rss }) => rss)), anonymous: median(found.map(({ anonymous }) => anonymous)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
