import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { readProject } from "../model/project.ts";
import { selectTriples } from "../model/registry.ts";
import { ensureImages } from "../stages/set-up/images.ts";
import { requireEngine } from "../stages/plan/builders.ts";
import { imagesFor } from "../tools/containers/image.ts";
import { createContext, type Edge, print, targetOption, wishOf } from "./shared.ts";

/** `boardkit images`: the images that `--builder cross` compiles in. */
export function addImages(program: Command, edge: Edge): void {
  program
    .command("images")
    .description(
      "build the container images of --builder cross, with the systemPackages of the project that this is: on debian:bookworm-slim, or where no registry is reached on a base by debootstrap",
    )
    .addOption(targetOption("all that there are"))
    .option("--base <image>", "a Debian to build them on, in place of debian:bookworm-slim")
    .option("--force", "build them even if they are there", false)
    .action(async (options: { target: string[]; base?: string; force: boolean }, command: Command) => {
      const context = createContext({ force: options.force }, edge);
      const engine = await requireEngine(wishOf(edge), context);
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      const packages = existsSync(join(cwd, "package.json")) ? readProject(cwd).settings.systemPackages : [];
      const images = imagesFor(selectTriples(context.registry, options.target), packages);
      await ensureImages(engine, images, options.base, context);
      print(images.map(({ name }) => name).join("\n"));
    });
}
