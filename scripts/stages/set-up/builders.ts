// Set-up of what builders need besides tools: wrappers, stubs of glibc, images of containers.
import { existsSync } from "node:fs";
import type { Plan } from "../../model/plan.ts";
import { getToolchain } from "../../model/registry.ts";
import { glibcStubs, makeGlibcStubs } from "../../tools/compilers/gcc.ts";
import { distinctImages } from "../../tools/containers/image.ts";
import { writeWrappers } from "../../tools/compilers/wrappers.ts";
import type { HostBuilders } from "../plan/builders.ts";
import type { Context } from "../context.ts";
import { ensureImages } from "./images.ts";
import { provided } from "../../tools/store/store.ts";

/** Makes what the builders of a plan need; the tools are in the store. */
export async function setUpBuilders(
  plan: Pick<Plan, "targets">,
  { engine }: HostBuilders,
  base: string | undefined,
  context: Context,
): Promise<void> {
  const { cache, registry, signal } = context;
  const zig = getToolchain(registry, "zig");
  for (const { target, linker, wrappers } of plan.targets) {
    for (const one of wrappers) await writeWrappers(one);
    const stubs = glibcStubs(cache, target, zig.version);
    if (linker === "gcc" && !existsSync(stubs)) await makeGlibcStubs(provided(cache, zig, "zig"), target, stubs, signal);
  }
  const images = distinctImages(plan.targets.flatMap(({ image }) => image ?? []));
  // --force is for the steps, not for the images.
  if (engine) await ensureImages(engine, images, base, { ...context, force: false });
}
