// Wheels of a PyO3 project: maturin with the linker, the flags and the floor that addons are built with, then the audit.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readArchive } from "../inspect/archive.ts";
import type { Place } from "../inspect/judge.ts";
import { BoardkitError } from "../lib/errors.ts";
import { hashFile } from "../lib/hash.ts";
import { inPool } from "../lib/pool.ts";
import { formatBytes } from "../lib/reporter.ts";
import type { Finding } from "../model/audit-report.ts";
import { wheelPlatform } from "../model/names.ts";
import type { Plan, TargetPlan } from "../model/plan.ts";
import type { Profile } from "../model/profile.ts";
import type { Project } from "../model/project.ts";
import { getToolchain } from "../model/registry.ts";
import { runOrFail } from "../tools/exec.ts";
import { makeWheel } from "../tools/maturin.ts";
import { readInput } from "./audit-inputs.ts";
import { checkInput } from "./check.ts";
import type { Context } from "./context.ts";
import { cargoArguments, featureFlags } from "./plan.ts";
import { fetchItems } from "./setup.ts";
import { provided } from "./store.ts";

type Wheel = { target: string; path: string; bytes: number; sha256: string; glibc: string | undefined; findings: Finding[]; run: WheelRun };
/** What a Python of the target said of the wheel. */
type WheelRun = { cpu: string; python: string; output: string } | { skipped: string };
export type WheelResult = { target: string; wheel?: Wheel; error?: unknown };

/** Makes a wheel of each target of a plan; the result has one entry a target. */
export async function buildWheels(plan: Plan, project: Project, profile: Profile, context: Context): Promise<WheelResult[]> {
  refuseContainers(plan);
  const folder = pythonFolder(project);
  const smoke = project.settings.pythonSmoke && join(project.folder, project.settings.pythonSmoke);
  await fetchItems(
    ["maturin", ...plan.targets.flatMap(({ target }) => (target.python ? ["qemu-user", target.python.runtime] : []))],
    context,
  );
  const maturin = provided(context.cache, getToolchain(context.registry, "maturin"), "maturin");
  const pool = { size: context.jobs, keepGoing: context.keepGoing, lane: (target: TargetPlan) => target.targetDir };
  const flags = [...featureFlags(project, profile), "--profile", profile.cargoProfile];
  const results = await inPool(plan.targets, pool, (target) => {
    const args = [...flags, ...cargoArguments(target.std === "prebuilt")];
    return buildWheel(target, { maturin, args, folder, smoke }, context);
  });
  context.signal.throwIfAborted();
  return plan.targets.map(({ target }, index) => {
    const result = results[index];
    if (result?.status === "fulfilled") return { target: target.triple, wheel: result.value };
    return { target: target.triple, error: result?.reason };
  });
}

/** What makes and runs the wheel of any target. */
type Making = { maturin: string; args: string[]; folder: string; smoke: string | undefined };

async function buildWheel(plan: TargetPlan, { maturin, args, folder, smoke }: Making, context: Context): Promise<Wheel> {
  const { reporter, signal } = context;
  const { target, place, dist } = plan;
  const { triple } = target;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const where = ["--target", triple, "--target-dir", plan.targetDir, "--compatibility", wheelPlatform(target)];
  if (target.wheel?.auditwheel) where.push("--auditwheel", target.wheel.auditwheel);
  // maturin asks the Pythons of this machine, which say nothing of the target: the stable ABI needs none.
  const env = { ...plan.steps.find(({ id }) => id === "build")?.env, PYO3_NO_PYTHON: "1" };
  try {
    const command = { cwd: folder, env, log: join(dist, "logs/wheel.log"), signal };
    const { path } = await makeWheel(maturin, [...args, ...where], join(dist, "wheel"), command);
    const { glibc, findings } = await auditWheel(path, place);
    const { size: bytes } = await stat(path);
    reporter.done("wheel", triple, seconds(), `${formatBytes(bytes)}, ${basename(path)}`);
    const run = await smokeWheel(plan, path, smoke, context);
    return { target: triple, path, bytes, sha256: await hashFile(path), glibc, findings, run };
  } catch (error) {
    if (!signal.aborted) reporter.failed("wheel", triple, seconds());
    throw error;
  }
}

/** Runs the script, or an import of the package, in a Python of the target at its lowest CPU. */
async function smokeWheel({ target, dist }: TargetPlan, path: string, smoke: string | undefined, context: Context): Promise<WheelRun> {
  const { cache, registry, reporter, signal } = context;
  if (!target.python) {
    const skipped = "no registry serves a Python of it: the file is audited, and the addon of the same crates is run";
    reporter.skipped("smoke", `wheel of ${target.triple}`, skipped);
    return { skipped };
  }
  const { cpu, runtime } = target.python;
  const item = getToolchain(registry, runtime);
  const [root, python] = [provided(cache, item, "root"), provided(cache, item, "python")];
  const site = join(dist, "wheel/site");
  await unpack(path, site);
  const emulator = [provided(cache, getToolchain(registry, "qemu-user"), target.arch), "-cpu", cpu, "-L", root];
  const env = { PYTHONHOME: join(root, "usr"), PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "error" };
  const started = performance.now();
  const script = smoke ? [smoke] : ["-c", "import sys, importlib; importlib.import_module(sys.argv[1])", await packageOf(site)];
  const { stdout } = await runOrFail(
    { argv: [...emulator, python, ...script], env, log: join(dist, "logs/wheel-smoke.log"), timeoutSeconds: 600, signal },
    "SMOKE_FAILED",
  );
  const output = stdout.trim().split("\n").at(-1) ?? "";
  reporter.done("smoke", `wheel of ${target.triple}`, (performance.now() - started) / 1000, `${cpu}, ${output}`);
  return { cpu, python: runtime, output };
}

/** Unpacks a wheel, which is how one is installed as long as it brings no scripts. */
async function unpack(path: string, folder: string): Promise<void> {
  for (const { name, bytes } of await readArchive(await readFile(path), path, (entry) => !entry.endsWith("/"))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

async function packageOf(site: string): Promise<string> {
  const names = await readdir(site);
  return names.find((name) => !name.endsWith(".dist-info")) ?? "";
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

function refuseContainers(plan: Plan): void {
  const target = plan.targets.find(({ builder }) => builder === "cross");
  if (!target) return;
  throw new BoardkitError(`maturin does not build in the container that cross makes for ${target.target.triple}`, {
    code: "BUILDER_UNFIT",
    exit: "usage",
    mend: "build wheels with --builder zig, gcc or native",
  });
}

function pythonFolder(project: Project): string {
  const { python } = project.settings;
  const folder = python === undefined ? undefined : join(project.folder, python);
  if (folder && existsSync(join(folder, "pyproject.toml"))) return folder;
  throw new BoardkitError(folder ? `there is no pyproject.toml in ${folder}` : `${project.name} does not say where its Python package is`, {
    code: "NO_PYTHON",
    exit: "usage",
    place: join(project.folder, "package.json"),
    mend: 'name the folder of the PyO3 package: "boardkit": {"python": "<folder>"}',
  });
}
