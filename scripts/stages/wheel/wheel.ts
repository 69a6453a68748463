// Wheels of a PyO3 project: maturin with the linker, the flags and the floor that addons are built with, then the audit.
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readArchive } from "../../lib/archive/archive.ts";
import { hashFile } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Finding } from "../../audit/report.ts";
import { runOrFail } from "../../tools/exec.ts";
import { makeWheel } from "../../tools/rust/maturin.ts";
import { readInput } from "../../audit/audit-inputs.ts";
import { checkInput } from "../audit/check.ts";
import type { Context } from "../context.ts";
import type { PlannedWheel, WheelPlan } from "./plan.ts";
import { fetchItems } from "../set-up/set-up.ts";
import type { Place } from "../../audit/place.ts";

type Wheel = { target: string; path: string; bytes: number; sha256: string; glibc: string | undefined; findings: Finding[]; run: WheelRun };
/** What a Python of the target said of the wheel. */
type WheelRun = { cpu: string; python: string; output: string } | { skipped: string };
export type WheelResult = { target: string; wheel?: Wheel; error?: unknown };

/** Makes the wheels of a plan; the result has one entry a target. */
export async function buildWheels({ wheels }: WheelPlan, context: Context): Promise<WheelResult[]> {
  await fetchItems(
    wheels.flatMap(({ needs }) => needs),
    context,
  );
  const pool = { size: context.jobs, keepGoing: context.keepGoing, lane: ({ targetDir }: PlannedWheel) => targetDir };
  const results = await inPool(wheels, pool, (wheel) => buildWheel(wheel, context));
  context.signal.throwIfAborted();
  return wheels.map(({ target }, index) => {
    const result = results[index];
    if (result?.status === "fulfilled") return { target: target.triple, wheel: result.value };
    return { target: target.triple, error: result?.reason };
  });
}

async function buildWheel(planned: PlannedWheel, context: Context): Promise<Wheel> {
  const { reporter, signal } = context;
  const { place, dist, build, out } = planned;
  const { triple } = planned.target;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const { path } = await makeWheel({ ...build, log: join(dist, "logs/wheel.log"), signal }, out);
    const { glibc, findings } = await auditWheel(path, place);
    const { size: bytes } = await stat(path);
    reporter.done("wheel", triple, seconds(), `${formatBytes(bytes)}, ${basename(path)}`);
    const run = await smokeWheel(planned, path, context);
    return { target: triple, path, bytes, sha256: await hashFile(path), glibc, findings, run };
  } catch (error) {
    if (!signal.aborted) reporter.failed("wheel", triple, seconds());
    throw error;
  }
}

/** Runs the script, or an import of the package, in a Python of the target at its lowest CPU. */
async function smokeWheel({ target, dist, site, run }: PlannedWheel, path: string, { reporter, signal }: Context): Promise<WheelRun> {
  const subject = `wheel of ${target.triple}`;
  if ("skip" in run) {
    reporter.skipped("smoke", subject, run.skip);
    return { skipped: run.skip };
  }
  await unpack(path, site);
  const { cpu, python, argv, env } = run;
  const started = performance.now();
  const { stdout } = await runOrFail({ argv, env, log: join(dist, "logs/wheel-smoke.log"), timeoutSeconds: 600, signal }, "SMOKE_FAILED");
  const output = stdout.trim().split("\n").at(-1) ?? "";
  reporter.done("smoke", subject, (performance.now() - started) / 1000, `${cpu}, ${output}`);
  return { cpu, python, output };
}

/** Unpacks a wheel, which is how one is installed as long as it brings no scripts. */
async function unpack(path: string, folder: string): Promise<void> {
  for (const { name, bytes } of await readArchive(await readFile(path), path, (entry) => !entry.endsWith("/"))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** Holds the modules of a wheel to its target and to its own name; an error lists all that is wrong. */
async function auditWheel(path: string, { sizeBudget: _ofAddon, ...place }: Place): Promise<Pick<Wheel, "glibc" | "findings">> {
  const findings: Finding[] = [];
  let glibc: string | undefined;
  for await (const input of readInput(path)) {
    const audit = await checkInput(input, place);
    glibc = audit.facts.glibc;
    findings.push(...audit.places.flatMap((one) => one.findings));
  }
  return { glibc, findings };
}
