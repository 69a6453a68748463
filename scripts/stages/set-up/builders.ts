// Set-up for builders, other than tools: wrappers, stubs of glibc, container images.
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

/** Writes the wrappers and stubs of a plan's builders, and builds their images. Their tools must be in the store. */
export async function setUpBuilders(
  plan: Pick<Plan, "targets">,
  { engine }: HostBuilders,
  base: string | undefined,
  context: Context,
): Promise<void> {
  const { cache, registry, signal } = context;
  const zig = getToolchain(registry, "zig");
  for (const { target, linker, wrappers } of plan.targets) {
    for (const scripts of wrappers) await writeWrappers(scripts);
    const stubs = glibcStubs(cache, target, zig.version);
    if (linker === "gcc" && !existsSync(stubs)) await makeGlibcStubs(provided(cache, zig, "zig"), target, stubs, signal);
  }
  const images = distinctImages(plan.targets.flatMap(({ image }) => image ?? []));
  // --force applies to steps, not to images.
  if (engine) await ensureImages(engine, images, base, { ...context, force: false });
}
