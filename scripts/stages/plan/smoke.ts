// The part of the plan that runs the addon: emulator, program and control of each run, and the small C programs they need.
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import { zigTargetWithFloor } from "../../model/names.ts";
import type { PlannedRun, Step } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { SmokeRun, Triple } from "../../model/triple.ts";
import { probeSources } from "../../target-side/probe/sources.ts";
import { zigCaches, type ZigPaths } from "../../tools/compilers/zig.ts";
import { preloadPath, provided } from "../../tools/store/store.ts";
import type { Facts } from "./inputs.ts";

const PROBE = "probe";
const LOAD_SCRIPT = join(packageRoot, "scripts/target-side/smoke/load.cjs");
const CONTROL_SCRIPT = "console.log(process.version, process.arch)";

/** The runs of a target, with the reason where one cannot be done for this project. */
export function smokeRuns(
  registry: Registry,
  target: Triple,
  project: Project,
  facts: Facts,
  dist: string,
  artifact: string,
): PlannedRun[] {
  return target.smoke.map((run) => {
    const common = {
      kind: run.kind,
      cpu: run.cpu,
      ...(run.standsIn ? { standsIn: run.standsIn } : {}),
      emulator: emulatorOf(registry, target, run, facts.cache),
      env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
    };
    const probe = join(dist, "smoke", PROBE);
    if (run.kind === "probe") return { ...common, program: [probe, artifact], control: [probe, "--version"], inputs: [artifact, probe] };
    if (run.kind === "tests") {
      const tests = join(dist, "smoke", "tests");
      const skip = findObstacle(run, project);
      return {
        ...common,
        ...(skip === undefined ? {} : { skip }),
        program: [tests],
        control: [probe, "--version"],
        inputs: [tests, ...smokeInputs(project)],
      };
    }
    const node = provided(facts.cache, getToolchain(registry, run.node), "node");
    const script = project.settings.smoke ? join(project.folder, project.settings.smoke) : LOAD_SCRIPT;
    return {
      ...common,
      // Node's io_uring thread doubles the time of Node 20 under emulation.
      env: { ...common.env, UV_USE_IO_URING: "0", BOARDKIT_ADDON: artifact },
      program: [node, script],
      control: [node, "-e", CONTROL_SCRIPT],
      inputs: [artifact, script, ...smokeInputs(project)],
    };
  });
}

/** Why a run of a target cannot be done for a project, if it cannot. */
export function findObstacle({ kind }: SmokeRun, { settings }: Project): string | undefined {
  return kind === "tests" && settings.tests.length === 0 ? "the project names no crates in boardkit.tests of its package.json" : undefined;
}

function smokeInputs(project: Project): string[] {
  return project.settings.smokeInputs.map((path) => join(project.folder, path));
}

function emulatorOf(registry: Registry, target: Triple, run: SmokeRun, cache: string): string[] {
  const sysroot = getToolchain(registry, run.sysroot);
  const providers = [...(run.kind === "node" ? [getToolchain(registry, run.node)] : []), sysroot];
  const libraries = providers.filter((item) => item.provides.libraries).map((item) => provided(cache, item, "libraries"));
  return [
    provided(cache, getToolchain(registry, "qemu-user"), target.arch),
    "-cpu",
    run.cpu,
    "-L",
    provided(cache, sysroot, "root"),
    ...(libraries.length > 0 ? ["-E", `LD_LIBRARY_PATH=${libraries.join(":")}`] : []),
    ...(sysroot.preload ? ["-E", `LD_PRELOAD=${sysroot.preload.sources.map(preloadPath).join(":")}`] : []),
  ];
}

/** Compiles the probe host for a target; its generated part lies in the cache. */
export function probeStep(target: Triple, dist: string, cache: string, zig: ZigPaths): Step {
  const { sources, headers, includeDirs, flags, zigFlags } = probeSources();
  const output = join(dist, "smoke", PROBE);
  const partial = `${output}.partial`;
  const machine = ["-target", zigTargetWithFloor(target.zigTarget, target.glibcFloor), `-mcpu=${target.cpu.zig}`];
  const files = [...sources, probeStubs(cache)];
  return {
    id: "probe",
    argv: [
      zig.zig,
      "cc",
      ...machine,
      ...zigFlags,
      ...flags,
      ...includeDirs.map((folder) => `-I${folder}`),
      "-s",
      "-o",
      join(partial, PROBE),
      ...files,
    ],
    cwd: packageRoot,
    env: zigCaches(zig),
    inputs: [...files, ...headers],
    outputs: [output],
    partial,
    collect: "partial",
  };
}

/** The generated C file that completes the probe host. */
export function probeStubs(cache: string): string {
  return join(cache, "probe", "unimplemented.c");
}
