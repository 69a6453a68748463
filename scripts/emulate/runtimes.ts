// Bun and Deno: how each runs the smoke script of a project under qemu-user, beside the run in Node.
import { join } from "node:path";
import type { PlannedRun } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import { getToolchain, type Registry } from "../model/registry.ts";
import { toolsOfRuntime, type RuntimeName } from "../model/targets/runtime.ts";
import type { Triple } from "../model/targets/triple.ts";
import { provided } from "../tools/store/store.ts";
import { plainEnvironment, userEmulator } from "./user.ts";

type Runtime = {
  name: string;
  /** Arguments before the script. */
  run: string[];
  /** Arguments of a run without the addon. */
  control: string[];
  /** Its environment; `folder` is one that it may write to. */
  env: (folder: string) => Record<string, string>;
};

/** Neither may fetch packages, nor write into the project or the user's folders. */
const RUNTIMES: Record<RuntimeName, Runtime> = {
  bun: {
    name: "Bun",
    run: ["--no-install"],
    control: ["--no-install", "-e", "console.log(Bun.version)"],
    env: () => ({ BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0", DO_NOT_TRACK: "1" }),
  },
  deno: {
    name: "Deno",
    // As in Node, a .js file of a package without `type` may be CommonJS.
    run: ["run", "--allow-all", "--no-lock", "--cached-only", "--no-code-cache", "--unstable-detect-cjs"],
    control: ["eval", "console.log(Deno.version.deno)"],
    env: (folder) => ({ DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1" }),
  },
};

/** The script that a runtime runs, the variables of its environment, and the files that its result depends on. */
export type RuntimeScript = { script: string; env: Record<string, string>; inputs: string[] };

/** The run of a runtime on a target; `skip` is the reason if there is no such runtime for the target. */
export function planRuntime(registry: Registry, cache: string, target: Triple, kind: RuntimeName, of: RuntimeScript): PlannedRun {
  const { name, run, control, env } = RUNTIMES[kind];
  const found = target.runtimes?.[kind] ?? { why: `targets/triples/${target.triple}.json named no ${name} when the addon was built` };
  if ("why" in found) return { kind, cpu: target.cpu.lowest, skip: found.why, emulator: [], program: [], control: [], env: {}, inputs: [] };
  const { toolchain: id, cpu, sysroot, libraries, standsIn } = found;
  const toolchain = getToolchain(registry, id);
  const program = provided(cache, toolchain, kind);
  return {
    kind,
    runtime: `${name} ${toolchain.version}`,
    cpu,
    ...(standsIn ? { standsIn } : {}),
    emulator: userEmulator(registry, cache, { arch: target.arch, cpu, sysroot, ...(libraries ? { node: libraries } : {}) }),
    env: { ...plainEnvironment, ...env(join(cache, kind, target.triple)), ...of.env },
    program: [program, ...run, of.script],
    control: [program, ...control],
    inputs: of.inputs,
  };
}

/** The runtimes of a request, else those of the project's settings. */
export function runtimesOf(
  project: Pick<Project, "settings">,
  { runtimes }: { runtimes?: readonly RuntimeName[] },
): readonly RuntimeName[] {
  return runtimes ?? project.settings.runtimes;
}

/** The runs of runtimes on a target, for people; without those that the target does not have. */
export function nameRuntimes(registry: Registry, { runtimes }: Pick<Triple, "runtimes">, names: readonly RuntimeName[]): string[] {
  return names.flatMap((name) => {
    const found = runtimes?.[name];
    return found && "toolchain" in found
      ? [`${RUNTIMES[name].name} ${getToolchain(registry, found.toolchain).version} on ${found.cpu}`]
      : [];
  });
}

/** ids of targets/toolchains that runtimes need on a target. */
export function toolsOfRuntimes({ runtimes }: Pick<Triple, "runtimes">, names: readonly RuntimeName[]): string[] {
  return names.flatMap((name) => {
    const found = runtimes?.[name];
    return found && "toolchain" in found ? toolsOfRuntime(found) : [];
  });
}
