// Times boardkit_grid beside OPA over HTTP, Redis and caches of PyPI, all in one run of pytest-benchmark.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { Context } from "../pipeline/context.ts";
import { runOrFail } from "../tools/exec.ts";
import { ensureRequirements, pipInstall } from "../tools/pip.ts";
import { startRedis } from "./bench-cache/redis.ts";
import { findOpa } from "./bench-engine/peers.ts";
import { benchPolicies } from "./bench-engine/policies.ts";
import { startServer } from "./opa-server.ts";
import { buildWheel } from "./python.ts";

export type PythonFigures = { group: string; name: string; medianUs: number }[];

/** Medians in microseconds, in the order in which they were measured. */
export async function benchPython(searchPath: string, context: Context): Promise<PythonFigures> {
  const { cache, signal } = context;
  const opa = await findOpa(cache, searchPath, signal);
  if ("missing" in opa) throw new TypeError(opa.missing);
  const python = await ensureRequirements(join(cache, "python-bench"), join(packageRoot, "bindings/python/bench/requirements.txt"), signal);
  await pipInstall(python, ["--no-index", "--no-deps", "--force-reinstall", await buildWheel(python, context)], signal);
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  const [policy] = benchPolicies();
  const file = (name: string) => join(folder, name);
  await writeFile(file("policy.json"), JSON.stringify(policy));
  await writeFile(file("policy.rego"), policy!.source);
  await writeFile(file("data.json"), JSON.stringify(policy!.data));
  const server = await startServer(opa.program, [file("data.json"), file("policy.rego")], signal);
  const redis = await startRedis(context);
  try {
    const env = { BENCH_POLICY: file("policy.json"), BENCH_OPA_PORT: String(server.port), BENCH_REDIS: redis.socket };
    const options = ["--benchmark-warmup=on", "--benchmark-min-time=0.0005", `--benchmark-json=${file("result.json")}`];
    const argv = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", ...options, "bench/bench_peers.py"];
    await runOrFail({ argv, cwd: join(packageRoot, "bindings/python"), env, signal }, "BENCH_FAILED");
    const { benchmarks } = JSON.parse(await readFile(file("result.json"), "utf8")) as {
      benchmarks: { group: string; name: string; stats: { median: number } }[];
    };
    return benchmarks.map(({ group, name, stats }) => ({ group, name, medianUs: stats.median * 1e6 }));
  } finally {
    await server.end();
    await redis.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A table, each figure beside the first of its group. */
export function pythonText(figures: PythonFigures): string {
  const groups = Map.groupBy(figures, ({ group }) => group);
  return [...groups]
    .flatMap(([group, all]) => [
      group,
      ...all.map(
        ({ name, medianUs }) =>
          `  ${name.padEnd(32)} ${medianUs.toFixed(2).padStart(10)} us  x ${(medianUs / all[0]!.medianUs).toFixed(1)}`,
      ),
    ])
    .join("\n");
}
