// The step that compiles the probe host for a target.
import { dirname, join } from "node:path";
import { probeFile } from "../../emulate/runs.ts";
import { packageRoot } from "../../lib/paths.ts";
import { zigTargetWithFloor } from "../../model/names.ts";
import type { Step } from "../../model/plan.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { probeSources } from "../../target-side/probe/sources.ts";
import { zigCaches, type ZigPaths } from "../../tools/compilers/zig.ts";

/** The step of a target. It also compiles a generated C file from the cache. */
export function probeStep(target: Triple, dist: string, cache: string, zig: ZigPaths): Step {
  const { sources, headers, includeDirs, flags, zigFlags } = probeSources();
  const output = probeFile(dist);
  const partial = `${output}.partial`;
  const machine = ["-target", zigTargetWithFloor(target.zigTarget, target.glibcFloor), `-mcpu=${target.cpu.zig}`];
  const files = [...sources, stubsFile(cache)];
  const includes = includeDirs.map((folder) => `-I${folder}`);
  const program = join(partial, "probe");
  return {
    id: "probe",
    argv: [zig.zig, "cc", ...machine, ...zigFlags, ...flags, ...includes, "-s", "-o", program, ...files],
    cwd: packageRoot,
    env: zigCaches(zig),
    inputs: [...files, ...headers],
    outputs: [output],
    partial,
    collect: "partial",
  };
}

/** Writes the generated C file. */
export async function writeStubs(cache: string): Promise<void> {
  await probeSources().generate(dirname(stubsFile(cache)));
}

function stubsFile(cache: string): string {
  return join(cache, "probe", "unimplemented.c");
}
