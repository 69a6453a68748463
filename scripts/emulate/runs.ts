// The smoke runs of a target: emulator, program and control of each.
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import { getToolchain, type Registry } from "../model/registry.ts";
import type { SmokeRun, Triple } from "../model/targets/triple.ts";
import { provided } from "../tools/store/store.ts";
import { nodeEnvironment, plainEnvironment, QEMU_USER, userEmulator } from "./user.ts";

const HOST = "host";
/** Node only warns of an exception in a thread-safe function or in a finalizer; in a smoke run of the host it is an error. */
export const REPORT_ALL = "--force-node-api-uncaught-exceptions-policy";
const LOAD_SCRIPT = join(packageRoot, "scripts/target-side/smoke/load.cjs");
const CONTROL_SCRIPT = "console.log(process.version, process.arch)";

/** Folders and files of the runs of one target; and whether its Rust tests run too. */
export type RunFiles = { cache: string; dist: string; addon: string; rustTests?: boolean | undefined };

/** The path of the JavaScript host of a target. */
export const hostFile = (dist: string) => join(dist, "smoke", HOST);
/** The folder of the Rust test programs of a target. */
const testsFolder = (dist: string) => join(dist, "smoke", "tests");

/** The runs of a target; `skip` is the reason if a run is not possible for this project. */
export function planRuns(registry: Registry, target: Triple, project: Project, { cache, dist, addon, rustTests }: RunFiles): PlannedRun[] {
  return shippedRuns(target, rustTests).map((run) => {
    const { kind, cpu, sysroot, standsIn } = run;
    const node = run.kind === "node" ? run.node : undefined;
    const common = {
      kind,
      cpu,
      ...(standsIn ? { standsIn } : {}),
      emulator: userEmulator(registry, cache, { arch: target.arch, cpu, sysroot, ...(node ? { node } : {}) }),
      env: plainEnvironment,
    };
    const host = hostFile(dist);
    const control = [host, "--version"];
    if (run.kind === "tests") {
      const tests = testsFolder(dist);
      const skip = findObstacle(project);
      const inputs = [tests, ...smokeInputs(project)];
      return { ...common, ...(skip === undefined ? {} : { skip }), program: [tests], control, inputs };
    }
    const script = project.settings.smoke ? join(project.folder, project.settings.smoke) : LOAD_SCRIPT;
    const inputs = [addon, script, ...smokeInputs(project)];
    if (run.kind === "host") {
      const env = { ...plainEnvironment, BOARDKIT_ADDON: addon };
      return {
        ...common,
        env,
        program: [host, REPORT_ALL, script],
        load: [host, LOAD_SCRIPT],
        control,
        inputs: [host, LOAD_SCRIPT, ...inputs],
      };
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

/** The runs of a target: those of the shipped file, and on request its Rust tests. */
export function shippedRuns({ smoke }: Pick<Triple, "smoke">, rustTests = false): SmokeRun[] {
  return smoke.filter(({ kind }) => rustTests || kind !== "tests");
}

/** ids of targets/toolchains that the runs of a target need. */
export function toolsOfRuns({ smoke }: Pick<Triple, "smoke">): string[] {
  return [...new Set([QEMU_USER, ...smoke.flatMap((run) => (run.kind === "node" ? [run.node, run.sysroot] : [run.sysroot]))])];
}

/** The reason why the Rust tests are not possible for a project, or undefined. */
function findObstacle({ settings }: Project): string | undefined {
  return settings.tests.length === 0 ? "boardkit.tests in package.json names no crates" : undefined;
}

function smokeInputs(project: Project): string[] {
  return project.settings.smokeInputs.map((path) => join(project.folder, path));
}
