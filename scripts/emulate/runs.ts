// The smoke runs of a target: emulator, program and control of each.
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import { getArchitecture, getToolchain, type Registry } from "../model/registry.ts";
import type { RuntimeName } from "../model/targets/runtime.ts";
import type { SmokeRun, Triple } from "../model/targets/triple.ts";
import { provided } from "../tools/store/store.ts";
import { planNative, type HostNode } from "./native.ts";
import { planRuntime, toolsOfRuntimes } from "./runtimes.ts";
import { nodeEnvironment, plainEnvironment, QEMU_USER, userEmulator } from "./user.ts";

const HOST = "host";
/** Node only warns of an exception in a thread-safe function or in a finalizer; in a smoke run of the host it is an error. */
export const REPORT_ALL = "--force-node-api-uncaught-exceptions-policy";
const LOAD_SCRIPT = join(packageRoot, "scripts/target-side/smoke/load.cjs");
const CONTROL_SCRIPT = "console.log(process.version, process.arch)";

/** The runs that are made on request only: the Rust tests, runtimes besides Node, and a run in the Node of this machine. */
export type Extras = {
  rustTests?: boolean | undefined;
  runtimes?: readonly RuntimeName[] | undefined;
  native?: HostNode | undefined;
};

/** Folders and files of the runs of one target; and what runs on request. */
export type RunFiles = Extras & { cache: string; dist: string; addon: string };

/** The path of the JavaScript host of a target. */
export const hostFile = (dist: string) => join(dist, "smoke", HOST);
/** The folder of the Rust test programs of a target. */
const testsFolder = (dist: string) => join(dist, "smoke", "tests");

/** The runs of a target; `skip` is the reason if a run is not possible for this project. */
export function planRuns(registry: Registry, target: Triple, project: Project, files: RunFiles): PlannedRun[] {
  const { cache, dist, addon, rustTests, runtimes = [], native } = files;
  const script = project.settings.smoke ? join(project.folder, project.settings.smoke) : LOAD_SCRIPT;
  const inputs = [addon, script, ...smokeInputs(project)];
  const addonVariable = { BOARDKIT_ADDON: addon };
  const own = shippedRuns(target, rustTests).map((run): PlannedRun => {
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
      return { ...common, ...(skip === undefined ? {} : { skip }), program: [tests], control, inputs: [tests, ...smokeInputs(project)] };
    }
    if (run.kind === "host") {
      return {
        ...common,
        env: { ...plainEnvironment, ...addonVariable },
        program: [host, REPORT_ALL, script],
        load: [host, LOAD_SCRIPT],
        control,
        inputs: [host, LOAD_SCRIPT, ...inputs],
      };
    }
    const program = provided(cache, getToolchain(registry, run.node), "node");
    return {
      ...common,
      env: { ...plainEnvironment, ...nodeEnvironment, ...addonVariable },
      program: [program, script],
      control: [program, "-e", CONTROL_SCRIPT],
      inputs,
    };
  });
  const others = runtimes.map((name) => planRuntime(registry, cache, target, name, { script, env: addonVariable, inputs }));
  if (!native) return [...own, ...others];
  const of = { script, control: CONTROL_SCRIPT, env: addonVariable, inputs };
  return [...own, ...others, planNative(native, target, getArchitecture(registry, target.arch), of)];
}

/** The runs of a target: those of the shipped file, and on request its Rust tests. */
export function shippedRuns({ smoke }: Pick<Triple, "smoke">, rustTests = false): SmokeRun[] {
  return smoke.filter(({ kind }) => rustTests || kind !== "tests");
}

/** ids of targets/toolchains that the runs of a target need. */
export function toolsOfRuns({ smoke, runtimes }: Pick<Triple, "smoke" | "runtimes">, names: readonly RuntimeName[] = []): string[] {
  const own = smoke.flatMap((run) => (run.kind === "node" ? [run.node, run.sysroot] : [run.sysroot]));
  return [...new Set([QEMU_USER, ...own, ...toolsOfRuntimes({ runtimes }, names)])];
}

/** The reason why the Rust tests are not possible for a project, or undefined. */
function findObstacle({ settings }: Project): string | undefined {
  return settings.tests.length === 0 ? "boardkit.tests in package.json names no crates" : undefined;
}

function smokeInputs(project: Project): string[] {
  return project.settings.smokeInputs.map((path) => join(project.folder, path));
}
