// The step that compiles the JavaScript host for a target.
import { dirname, join } from "node:path";
import { hostFile } from "../../emulate/runs.ts";
import { packageRoot } from "../../lib/paths.ts";
import { zigTargetWithFloor } from "../../model/names.ts";
import type { Step } from "../../model/plan.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { hostSources } from "../../target-side/host/sources.ts";
import { zigCaches, type ZigPaths } from "../../tools/compilers/zig.ts";
import { provided } from "../../tools/store/store.ts";

/** The step of a target. `engine` is the path of quickjs.c. It also compiles generated C files from the cache. */
export function hostStep(target: Triple, dist: string, cache: string, zig: ZigPaths, engine: string): Step {
  const { sources, headers, generated, flags, zigFlags } = hostSources(engine, generatedFolder(cache));
  const output = hostFile(dist);
  const partial = `${output}.partial`;
  const machine = ["-target", zigTargetWithFloor(target.zigTarget, target.glibcFloor), `-mcpu=${target.cpu.zig}`];
  const files = [...sources, ...generated];
  return {
    id: "host",
    argv: [zig.zig, "cc", ...machine, ...zigFlags, ...flags, "-s", "-o", join(partial, "host"), ...files],
    cwd: packageRoot,
    env: zigCaches(zig),
    // All of the engine is in the folder of its main file, which names the version.
    inputs: [...files, ...headers, dirname(engine)],
    outputs: [output],
    partial,
    collect: "partial",
  };
}

/** Writes the generated C files for the host steps of plans, if there are any. The engine must be in the store. */
export async function writeHostFiles(steps: readonly Step[], cache: string, registry: Registry): Promise<void> {
  if (steps.some(({ id }) => id === "host")) await hostSources(engineFile(cache, registry), generatedFolder(cache)).generate();
}

/** The JavaScript engine of the host, in targets/toolchains. */
export const ENGINE = "quickjs";

/** The path of quickjs.c. */
export const engineFile = (cache: string, registry: Registry) => provided(cache, getToolchain(registry, ENGINE), "engine");

/** The folder of the generated files. */
export function generatedFolder(cache: string): string {
  return join(cache, "host");
}
