// The stage wheel: wheels of a PyO3 project. maturin builds them with the linker, flags and floor of the addons; then audit and run.
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readInput } from "../../audit/audit-inputs.ts";
import type { Place } from "../../audit/place.ts";
import type { Finding } from "../../audit/report.ts";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { hashValue, sizeAndHash } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { formatBytes } from "../../lib/reporter.ts";
import { getToolchain, selectProfile } from "../../model/registry.ts";
import type { WheelManifest, WheelRun } from "../../model/report/wheel-manifest.ts";
import { runOrFail } from "../../tools/exec.ts";
import { findWheel } from "../../tools/packages/pip.ts";
import { readCargoMetadata } from "../../tools/rust/rust.ts";
import { checkInput } from "../audit/check.ts";
import { readCratesOnce, type CratesReader } from "../build/crates.ts";
import { hashInputs } from "../build/execute.ts";
import { groupOf } from "../build/host-units.ts";
import { prepare } from "../build/prepare.ts";
import { runStep } from "../build/run-step.ts";
import type { Context } from "../context.ts";
import { featureFlags } from "../plan/cargo.ts";
import { basisOf } from "../times.ts";
import { setUpBuilders } from "../set-up/builders.ts";
import { need, type Stage, type State, type TargetResult } from "../stage.ts";
import { wheelInputs } from "./inputs.ts";
import { readWheelManifest, writeWheelManifest } from "./manifest.ts";
import { planWheels, pythonManifest, toolsOfWheels, type PlannedWheel, type WheelPlan } from "./plan.ts";

export const wheel = {
  name: "wheel",
  tools: (state) => {
    const { targets } = need(state, "plan");
    return { items: [...targets.flatMap(({ needs }) => needs.build), ...toolsOfWheels(targets.map(({ target }) => target))] };
  },
  run: async (state, context) => {
    await setUpBuilders(need(state, "plan"), need(state, "facts").builders, state.project.settings.containerBase, context);
    return { wheels: await buildWheels(await planOf(state, context), cratesOf(state, context), need(state, "facts").rustc, context) };
  },
} as const satisfies Stage;

/** The plan of wheels for the targets of a plan. */
export async function planOf(state: State, context: Context): Promise<WheelPlan> {
  const { project, request } = state;
  const inputs = await wheelInputs(project, context.signal);
  return planWheels(need(state, "plan"), project, selectProfile(context.registry, request.profile), inputs, context, request.addonOnly);
}

/** A reader of the crates of the wheels. */
function cratesOf({ project, request }: State, context: Context): CratesReader {
  const manifest = pythonManifest(project);
  const read = async () => ({ metadata: (await readCargoMetadata(manifest, context.signal)).metadata, manifest });
  return readCratesOnce(read, featureFlags(project, { id: request.profile }), context);
}

async function buildWheels(plan: WheelPlan, crates: CratesReader, rustc: string, context: Context): Promise<TargetResult<WheelManifest>[]> {
  await prepare(plan.prepare, plan.project, context);
  const pool = {
    size: context.jobs,
    keepGoing: context.keepGoing,
    group: groupOf,
    tally: (of: number) => context.reporter.tally(of, "wheels"),
  };
  const results = await inPool(plan.wheels, pool, (planned) => buildWheel(plan, planned, crates, rustc, context));
  context.signal.throwIfAborted();
  return plan.wheels.map(({ target: { triple } }, index) => {
    const result = results[index];
    return result?.status === "fulfilled" ? { target: triple, output: result.value } : { target: triple, error: result?.reason };
  });
}

/** Builds a wheel unless nothing has changed, audits it, runs it, and writes its manifest. */
async function buildWheel(
  plan: WheelPlan,
  planned: PlannedWheel,
  crates: CratesReader,
  rustc: string,
  context: Context,
): Promise<WheelManifest> {
  const { target, place, builder, tools, std, dist, out } = planned;
  const previous = await readWheelManifest(dist);
  const run = {
    key: `${rustc}; ${tools}`,
    logs: join(dist, "logs"),
    of: basisOf(plan.project.name, plan.profile, builder),
    note: () => noteOf(out),
  };
  const step = await runStep(planned.step, previous?.step, target.triple, run, context);
  const path = await requireWheel(out);
  const audit = await auditWheel(path, place);
  const { name, version, commit } = plan.project;
  const manifest: Omit<WheelManifest, "run"> = {
    schema: 2,
    target: target.triple,
    project: { name, version, ...(commit ? { commit } : {}) },
    profile: plan.profile,
    builder: { name: builder, tools: `${tools}; maturin ${getToolchain(context.registry, "maturin").version}`, rustc, std },
    wheel: { file: basename(path), ...(await sizeAndHash(path)) },
    crates: previous && step === previous.step ? previous.crates : await crates(target.triple),
    step,
    audit,
  };
  const complete = { ...manifest, run: await runWheel(planned, path, manifest.wheel.sha256, previous?.run, context) };
  await writeWheelManifest(dist, complete);
  return complete;
}

async function requireWheel(folder: string): Promise<string> {
  const path = existsSync(folder) ? await findWheel(folder) : undefined;
  if (path !== undefined) return path;
  throw new BoardkitError("maturin wrote no wheel", { code: "WHEEL_FAILED", place: folder });
}

async function noteOf(folder: string): Promise<string> {
  const path = await requireWheel(folder);
  return `${formatBytes((await stat(path)).size)}, ${basename(path)}`;
}

/** Runs the script, or an import of the package, in a Python of the target at its lowest CPU. */
async function runWheel(
  { target, dist, site, run }: PlannedWheel,
  path: string,
  sha256: string,
  previous: WheelRun | undefined,
  { reporter, force, signal }: Context,
): Promise<WheelRun> {
  const subject = `wheel of ${target.triple}`;
  if ("skip" in run) {
    reporter.skipped("smoke", subject, run.skip);
    return { skipped: run.skip };
  }
  const { cpu, python, argv, env, inputs } = run;
  const key = hashValue([argv, env, sha256, await hashInputs(inputs)]);
  if (!force && previous && "key" in previous && previous.key === key) {
    reporter.skipped("smoke", subject, "unchanged");
    return previous;
  }
  await unpack(path, site);
  const started = performance.now();
  const { stdout } = await runOrFail({ argv, env, log: join(dist, "logs/wheel-smoke.log"), timeoutSeconds: 600, signal }, "SMOKE_FAILED");
  const output = stdout.trim().split("\n").at(-1) ?? "";
  reporter.done("smoke", subject, (performance.now() - started) / 1000, `${cpu}, ${output}`);
  return { cpu, python, output, key };
}

/** Unpacks a wheel, which installs it if it has no scripts. */
async function unpack(path: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const { name, bytes } of await readArchive(await readFile(path), path, (entry) => !entry.endsWith("/"))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** Audits the modules of a wheel against its target and its own name. */
async function auditWheel(path: string, { sizeBudget: _ofAddon, ...place }: Place): Promise<WheelManifest["audit"]> {
  const findings: Finding[] = [];
  let glibc: string | undefined;
  for await (const input of readInput(path)) {
    const audit = await checkInput(input, place);
    glibc = audit.facts.glibc;
    findings.push(...audit.places.flatMap((checked) => checked.findings));
  }
  return { place, ...(glibc ? { glibc } : {}), findings };
}
