// The step that compiles the JavaScript host for a target.
import { dirname, join } from "node:path";
import { hostFile } from "../../emulate/runs.ts";
import { packageRoot } from "../../lib/paths.ts";
import { zigTargetWithFloor } from "../../model/names.ts";
import type { Step } from "../../model/plan.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { hostSources } from "../../target-side/host/sources.ts";
import { zigCaches, type ZigPaths } from "../../tools/compilers/zig.ts";

/** The step of a target. `engine` is the path of quickjs.c. It also compiles generated C files from the cache. */
export function hostStep(target: Triple, dist: string, cache: string, zig: ZigPaths, engine: string): Step {
  const { sources, headers, generated, flags, zigFlags } = hostSources(engine);
  const output = hostFile(dist);
  const partial = `${output}.partial`;
  const machine = ["-target", zigTargetWithFloor(target.zigTarget, target.glibcFloor), `-mcpu=${target.cpu.zig}`];
  const files = [...sources, ...generated(generatedFolder(cache))];
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

/** Writes the generated C files. */
export async function writeHostFiles(cache: string): Promise<void> {
  await hostSources("").generate(generatedFolder(cache));
}

function generatedFolder(cache: string): string {
  return join(cache, "host");
}
