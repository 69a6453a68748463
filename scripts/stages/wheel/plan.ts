// The plan of wheels: the command of maturin for each target, and that of a Python of the target that loads what it made.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { wheelPlatform } from "../../model/names.ts";
import type { Plan, TargetPlan } from "../../model/plan.ts";
import type { Profile } from "../../model/profile.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/triple.ts";
import type { Context } from "../context.ts";
import { cargoArguments, featureFlags } from "../plan/plan.ts";
import { provided } from "../../tools/store/store.ts";

type PlannedCommand = { argv: string[]; env: Record<string, string> };
/** The run of a wheel in a Python, an item of the store, at the target's lowest CPU. */
export type PythonRun = PlannedCommand & { cpu: string; python: string };

/** The wheel of one target. */
export type PlannedWheel = Pick<
  TargetPlan,
  "target" | "place" | "builder" | "because" | "note" | "tools" | "std" | "targetDir" | "dist"
> & {
  build: PlannedCommand & { cwd: string };
  /** Folder that the wheel is made in. */
  out: string;
  /** Folder that it is unpacked into, for the run. */
  site: string;
  run: PythonRun | { skip: string };
  /** ids of targets/toolchains. */
  needs: string[];
};

export type WheelPlan = Omit<Plan, "targets"> & { wheels: PlannedWheel[] };

/** What is run of a project that has no script: an import of each module of the wheel. */
const IMPORT_ALL = [
  "import importlib, pkgutil, sys",
  "names = [module.name for module in pkgutil.iter_modules(sys.argv[1:])]",
  "modules = [importlib.import_module(name) for name in names]",
  "print(*names)",
  "sys.exit(0 if names else 'no module is in the wheel')",
].join("; ");

/** Plans a wheel for each target of a plan. */
export function planWheels(
  { targets, ...plan }: Plan,
  project: Project,
  profile: Profile,
  { cache, registry }: Pick<Context, "cache" | "registry">,
): WheelPlan {
  refuseContainers(targets);
  const cwd = pythonFolder(project);
  const maturin = provided(cache, getToolchain(registry, "maturin"), "maturin");
  const flags = [...featureFlags(project, profile), "--profile", profile.cargoProfile];
  const { pythonSmoke } = project.settings;
  const wheels = targets.map(({ target, place, builder, because, note, tools, std, targetDir, dist, steps }): PlannedWheel => {
    const shared = { target, place, builder, because, note, tools, std, targetDir, dist };
    const out = join(dist, "wheel");
    const site = join(out, "site");
    const where = ["--target", target.triple, "--target-dir", targetDir, "--compatibility", wheelPlatform(target), "--out", out];
    const audit = target.wheel?.auditwheel ? ["--auditwheel", target.wheel.auditwheel] : [];
    // maturin asks the Pythons of this machine, which say nothing of the target: the stable ABI needs none.
    const env = { ...steps.find(({ id }) => id === "build")?.env, PYO3_NO_PYTHON: "1" };
    const argv = [maturin, "build", ...flags, ...cargoArguments(std === "prebuilt"), ...where, ...audit];
    const script = pythonSmoke ? [join(project.folder, pythonSmoke)] : ["-c", IMPORT_ALL, site];
    return {
      ...shared,
      build: { argv, cwd, env },
      out,
      site,
      run: pythonRun(registry, target, script, site, cache),
      needs: ["maturin", ...(target.python ? ["qemu-user", target.python.runtime] : [])],
    };
  });
  return { ...plan, wheels };
}

function pythonRun(registry: Registry, target: Triple, script: string[], site: string, cache: string): PlannedWheel["run"] {
  if (!target.python) return { skip: "no registry serves a Python of it: the file is audited, and the addon of the same crates is run" };
  const { cpu, runtime } = target.python;
  const item = getToolchain(registry, runtime);
  const root = provided(cache, item, "root");
  const emulator = [provided(cache, getToolchain(registry, "qemu-user"), target.arch), "-cpu", cpu, "-L", root];
  return {
    cpu,
    python: runtime,
    argv: [...emulator, provided(cache, item, "python"), ...script],
    env: { PYTHONHOME: join(root, "usr"), PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "error" },
  };
}

function refuseContainers(targets: TargetPlan[]): void {
  const target = targets.find(({ builder }) => builder === "cross");
  if (!target) return;
  throw new BoardkitError(`maturin does not build in the container that cross makes for ${target.target.triple}`, {
    code: "BUILDER_UNFIT",
    exit: "usage",
    fix: "build wheels with --builder zig, gcc or native",
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
    fix: 'name the folder of the PyO3 package: "boardkit": {"python": "<folder>"}',
  });
}
