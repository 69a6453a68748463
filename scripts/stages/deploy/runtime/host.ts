// The host for JavaScript as a runtime that a deploy sends: compiled for the target as for its smoke runs.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { hostFile } from "../../../emulate/runs.ts";
import { inTemporaryFolder } from "../../../lib/paths.ts";
import type { Step } from "../../../model/plan.ts";
import type { Triple } from "../../../model/targets/triple.ts";
import { zigPaths } from "../../../tools/store/zig-paths.ts";
import { executeStep, keyOf } from "../../build/execute.ts";
import type { Context } from "../../context.ts";
import { ENGINE, engineFile, hostStep, writeHostFiles } from "../../plan/host.ts";
import { fetchItems } from "../../set-up/fetch.ts";

function stepOf(target: Triple, dist: string, { cache, registry }: Context): Step {
  return hostStep(target, dist, cache, zigPaths(cache, registry), engineFile(cache, registry));
}

/** A name that changes with everything that the host of a target is made of. Brings what that is. */
export async function hostKey(target: Triple, context: Context): Promise<string> {
  await fetchItems(["zig", ENGINE], context);
  const step = stepOf(target, target.triple, context);
  await writeHostFiles([step], context.cache, context.registry);
  return `host-${target.triple}-${(await keyOf(step, "")).slice(0, 16)}`;
}

/** Compiles the host of a target to a file. */
export async function compileHost(target: Triple, file: string, context: Context): Promise<void> {
  await inTemporaryFolder("host", async (folder) => {
    const { reporter, signal } = context;
    const log = `${folder}/host.log`;
    const begin = () => reporter.begin("host", target.triple);
    await executeStep(stepOf(target, folder, context), undefined, { key: "", log, force: true, signal, begin });
    await mkdir(dirname(file), { recursive: true });
    await copyFile(hostFile(folder), file);
  });
}
