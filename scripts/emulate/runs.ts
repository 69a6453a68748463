// The smoke runs of a target: emulator, program and control of each.
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import { getToolchain, type Registry } from "../model/registry.ts";
import type { SmokeRun, Triple } from "../model/targets/triple.ts";
import { provided } from "../tools/store/store.ts";
import { nodeEnvironment, plainEnvironment, QEMU_USER, userEmulator } from "./user.ts";

const PROBE = "probe";
const HOST = "host";
const LOAD_SCRIPT = join(packageRoot, "scripts/target-side/smoke/load.cjs");
const CONTROL_SCRIPT = "console.log(process.version, process.arch)";

/** Folders and files of the runs of one target. */
export type RunFiles = { cache: string; dist: string; addon: string };

/** The path of the probe host of a target. */
export const probeFile = (dist: string) => join(dist, "smoke", PROBE);
/** The path of the JavaScript host of a target. */
export const hostFile = (dist: string) => join(dist, "smoke", HOST);
/** The folder of the Rust test programs of a target. */
const testsFolder = (dist: string) => join(dist, "smoke", "tests");

/** The runs of a target; `skip` is the reason if a run is not possible for this project. */
export function planRuns(registry: Registry, target: Triple, project: Project, { cache, dist, addon }: RunFiles): PlannedRun[] {
  return target.smoke.map((run) => {
    const { kind, cpu, sysroot, standsIn } = run;
    const node = run.kind === "node" ? run.node : undefined;
    const common = {
      kind,
      cpu,
      ...(standsIn ? { standsIn } : {}),
      emulator: userEmulator(registry, cache, { arch: target.arch, cpu, sysroot, ...(node ? { node } : {}) }),
      env: plainEnvironment,
    };
    const probe = probeFile(dist);
    const control = [probe, "--version"];
    if (run.kind === "probe") return { ...common, program: [probe, addon], control, inputs: [addon, probe] };
    if (run.kind === "tests") {
      const tests = testsFolder(dist);
      const skip = findObstacle(run, project);
      const inputs = [tests, ...smokeInputs(project)];
      return { ...common, ...(skip === undefined ? {} : { skip }), program: [tests], control, inputs };
    }
    const script = project.settings.smoke ? join(project.folder, project.settings.smoke) : LOAD_SCRIPT;
    const inputs = [addon, script, ...smokeInputs(project)];
    if (run.kind === "host") {
      const program = hostFile(dist);
      const env = { ...plainEnvironment, BOARDKIT_ADDON: addon };
      return { ...common, env, program: [program, script], control: [program, "--version"], inputs: [program, ...inputs] };
    }
    const program = provided(cache, getToolchain(registry, run.node), "node");
    return {
      ...common,
      env: { ...plainEnvironment, ...nodeEnvironment, BOARDKIT_ADDON: addon },
      program: [program, script],
      control: [program, "-e", CONTROL_SCRIPT],
      inputs,
    };
  });
}

/** ids of targets/toolchains that the runs of a target need. */
export function toolsOfRuns({ smoke }: Pick<Triple, "smoke">): string[] {
  return [...new Set([QEMU_USER, ...smoke.flatMap((run) => (run.kind === "node" ? [run.node, run.sysroot] : [run.sysroot]))])];
}

/** The reason why a run is not possible for a project, or undefined. */
export function findObstacle({ kind }: SmokeRun, { settings }: Project): string | undefined {
  return kind === "tests" && settings.tests.length === 0 ? "boardkit.tests in package.json names no crates" : undefined;
}

function smokeInputs(project: Project): string[] {
  return project.settings.smokeInputs.map((path) => join(project.folder, path));
}
