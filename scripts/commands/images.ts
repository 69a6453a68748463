import type { Command } from "commander";
import { selectTriples } from "../model/registry.ts";
import { ensureImages } from "../pipeline/images.ts";
import { requireEngine } from "../pipeline/builders.ts";
import { imagesFor } from "../tools/image.ts";
import { createContext, type Edge, print, targetOption, wishOf } from "./shared.ts";

/** `boardkit images`: the images that `--builder cross` compiles in. */
export function addImages(program: Command, edge: Edge): void {
  program
    .command("images")
    .description(
      "build the container images of --builder cross: on debian:bookworm-slim, or where no registry is reached on a base by debootstrap",
    )
    .addOption(targetOption("all that there are"))
    .option("--base <image>", "a Debian to build them on, in place of debian:bookworm-slim")
    .option("--force", "build them even if they are there", false)
    .action(async (options: { target: string[]; base?: string; force: boolean }) => {
      const context = createContext({ force: options.force }, edge);
      const engine = await requireEngine(wishOf(edge), context);
      const images = imagesFor(selectTriples(context.registry, options.target));
      await ensureImages(engine, images, options.base, context);
      print(images.map(({ name }) => name).join("\n"));
    });
}
