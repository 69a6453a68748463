// Times boardkit_grid beside OPA over HTTP, Redis and caches from PyPI, in one run of pytest-benchmark.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { ensureRequirements, pipInstall } from "../../../scripts/tools/packages/pip.ts";
import { medianOfEach } from "../bench/processes.ts";
import { startRedis } from "../bench-cache/redis.ts";
import { findOpa } from "../bench-engine/peers.ts";
import { benchPolicies } from "../bench-engine/policies.ts";
import { startServer } from "../opa/server.ts";
import { buildWheel } from "../../../scripts/checks/python/python.ts";

export type PythonFigures = {
  /** Medians in microseconds, in the order of measurement. */
  times: { group: string; name: string; medianUs: number }[];
  memory: PythonMemory;
};

/** Bytes of anonymous memory; medians of several processes. */
type PythonMemory = {
  /** CPython alone. */
  bare: number;
  /** Added by the import. */
  imported: number;
  /** Added to the import by an engine of 50 rules after one decision. */
  engine: number;
  /** Added by each empty cache. */
  cache: number;
};

const CACHES = 100;
/** The arguments of memory.py. */
const CASES = { bare: ["bare"], imported: ["imported"], engine: ["engine"], caches: ["caches", String(CACHES)] };
const ROUNDS = 5;

/** Times calls, and measures memory. */
export async function benchPython(searchPath: string, context: Context): Promise<PythonFigures> {
  const { cache, signal } = context;
  const opa = await findOpa(cache, searchPath, signal);
  if ("missing" in opa) throw new TypeError(opa.missing);
  const python = await ensureRequirements(join(cache, "python-bench"), join(packageRoot, "bindings/python/bench/requirements.txt"), signal);
  await pipInstall(python, ["--no-index", "--no-deps", "--force-reinstall", await buildWheel(python, "release", context)], signal);
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
    const times = benchmarks.map(({ group, name, stats }) => ({ group, name, medianUs: stats.median * 1e6 }));
    return { times, memory: await measureMemory(python, env.BENCH_POLICY, signal) };
  } finally {
    await server.end();
    await redis.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureMemory(python: string, policy: string, signal: AbortSignal): Promise<PythonMemory> {
  const { bare, imported, engine, caches } = await medianOfEach(CASES, ROUNDS, (args) => ({
    argv: [python, join(packageRoot, "bindings/python/bench/memory.py"), ...args],
    env: { BENCH_POLICY: policy },
    signal,
  }));
  return { bare, imported: imported - bare, engine: engine - imported, cache: (caches - imported) / CACHES };
}

/** The times, each with its ratio to the first of its group, and the memory. */
export function pythonText({ times, memory }: PythonFigures): string {
  const groups = Map.groupBy(times, ({ group }) => group);
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(3)} MB`;
  const { bare, imported, engine, cache } = memory;
  const memoryText = [
    "anonymous memory",
    `  CPython ${mb(bare)}; the import adds ${mb(imported)}, an engine of 50 rules ${mb(engine)}, each empty cache ${mb(cache)}`,
  ].join("\n");
  const timesText = [...groups]
    .flatMap(([group, all]) => [
      group,
      ...all.map(
        ({ name, medianUs }) =>
          `  ${name.padEnd(32)} ${medianUs.toFixed(2).padStart(10)} us  x ${(medianUs / all[0]!.medianUs).toFixed(1)}`,
      ),
    ])
    .join("\n");
  return `${timesText}\n${memoryText}`;
}
