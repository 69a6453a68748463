// The plan of wheels: the step of maturin for each target, and the command of a Python of the target that loads the wheel.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { QEMU_USER } from "../../emulate/user.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { wheelPlatform } from "../../model/names.ts";
import type { Plan, Step, TargetPlan } from "../../model/plan.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import { readPyproject } from "../../model/python/pyproject.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { MAP } from "../../tools/compilers/wrappers.ts";
import { provided } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import { cargoArguments, featureFlags } from "../plan/cargo.ts";

/** The run of a wheel in a Python, an item of the store, at the target's lowest CPU. */
export type PythonRun = {
  /** The command of Python, without the script. */
  interpreter: string[];
  argv: string[];
  env: Record<string, string>;
  cpu: string;
  python: string;
  inputs: string[];
};

/** The wheel of one target. */
export type PlannedWheel = Pick<
  TargetPlan,
  "target" | "place" | "builder" | "because" | "note" | "tools" | "std" | "targetDir" | "dist"
> & {
  step: Step;
  /** Folder of the wheel. */
  out: string;
  /** Folder that it is unpacked into for the run. */
  site: string;
  run: PythonRun | { skip: string };
};

export type WheelPlan = Omit<Plan, "targets"> & { wheels: PlannedWheel[] };

/** The run of a project without a script: an import of each module of the wheel. */
const IMPORT_ALL = [
  "import importlib, pkgutil, sys",
  "names = [module.name for module in pkgutil.iter_modules(sys.argv[1:])]",
  "modules = [importlib.import_module(name) for name in names]",
  "print(*names)",
  "sys.exit(0 if names else 'the wheel has no module')",
].join("; ");

/** ids of targets/toolchains that wheels of targets need. */
export function toolsOfWheels(targets: Pick<Triple, "python">[]): string[] {
  return ["maturin", ...targets.flatMap(({ python }) => (python ? [QEMU_USER, python.runtime] : []))];
}

/**
 * Plans a wheel for each target of a plan; `inputs` are the files and folders that the wheels are made from. `fileOnly` leaves out the runs.
 */
export function planWheels(
  { targets, ...plan }: Plan,
  project: Project,
  profile: Profile,
  inputs: string[],
  { cache, registry }: Pick<Context, "cache" | "registry">,
  fileOnly = false,
): WheelPlan {
  refuseContainers(targets);
  const cwd = pythonFolder(project);
  const maturin = provided(cache, getToolchain(registry, "maturin"), "maturin");
  const flags = [...featureFlags(project, profile), "--profile", profile.cargoProfile];
  const { pythonSmoke } = project.settings;
  const wheels = targets.map(({ target, place, builder, because, note, tools, std, targetDir, dist, steps }): PlannedWheel => {
    const out = join(dist, "wheel");
    const site = join(dist, "wheel-site");
    const partial = join(dist, ".partial-wheel");
    const folders = ["--target-dir", targetDir, "--compatibility", wheelPlatform(target), "--out", join(partial, "wheel")];
    const audit = target.wheel?.auditwheel ? ["--auditwheel", target.wheel.auditwheel] : [];
    const step: Step = {
      id: "wheel",
      argv: [maturin, "build", ...flags, ...cargoArguments(std === "prebuilt"), "--target", target.triple, ...folders, ...audit],
      cwd,
      env: wheelEnvironment(steps.find(({ id }) => id === "build")?.env),
      inputs,
      outputs: [out],
      targetDir,
      partial,
      collect: "wheel",
    };
    const path = pythonSmoke && join(project.folder, pythonSmoke);
    const script = path ? [path] : ["-c", IMPORT_ALL, site];
    const run = fileOnly ? { skip: "only the file is asked for" } : pythonRun(registry, target, script, site, cache);
    return {
      target,
      place,
      builder,
      because,
      ...(note === undefined ? {} : { note }),
      tools,
      std,
      targetDir,
      dist,
      step,
      out,
      site,
      run: "skip" in run ? run : { ...run, inputs: path ? [path] : [] },
    };
  });
  return { ...plan, wheels };
}

/** The environment of the addon's build, without its map of the linker. */
function wheelEnvironment({ [MAP]: _ofAddon, ...env }: Step["env"] = {}): Step["env"] {
  // maturin would query the Pythons of this machine, not of the target; the stable ABI needs none.
  return { ...env, PYO3_NO_PYTHON: "1" };
}

function pythonRun(
  registry: Registry,
  target: Triple,
  script: string[],
  site: string,
  cache: string,
): Omit<PythonRun, "inputs"> | { skip: string } {
  if (!target.python) return { skip: "no registry has a Python for it: the file is audited, and the addon of the same crates is run" };
  const { cpu, runtime } = target.python;
  const item = getToolchain(registry, runtime);
  const root = provided(cache, item, "root");
  const emulator = [provided(cache, getToolchain(registry, QEMU_USER), target.arch), "-cpu", cpu, "-L", root];
  const interpreter = [...emulator, provided(cache, item, "python")];
  return {
    cpu,
    python: runtime,
    interpreter,
    argv: [...interpreter, ...script],
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

/** The folder of the project's PyO3 package. */
export function pythonFolder(project: Project): string {
  const { python } = project.settings;
  const folder = python === undefined ? undefined : join(project.folder, python);
  if (folder && existsSync(join(folder, "pyproject.toml"))) return folder;
  throw new BoardkitError(folder ? `there is no pyproject.toml in ${folder}` : `${project.name} names no folder of a Python package`, {
    code: "NO_PYTHON",
    exit: "usage",
    place: join(project.folder, "package.json"),
    fix: 'name the folder of the PyO3 package: "boardkit": {"python": "<folder>"}',
  });
}

/** Cargo.toml of the crate of the project's PyO3 package. */
export function pythonManifest(project: Project): string {
  const folder = pythonFolder(project);
  return readPyproject(folder)?.manifest ?? join(folder, "Cargo.toml");
}
