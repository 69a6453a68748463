// Names of the images that `--builder cross` compiles in: one recipe, docker/Dockerfile, for all targets.
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { Triple } from "../model/triple.ts";

/** The suite of Debian in them. */
export const imageSuite = "bookworm";
/** Folder of the recipe. */
export const imageFolder = join(packageRoot, "docker");
export const imageRecipe = join(imageFolder, "Dockerfile");

export type Image = { name: string; packages: string[] };

/** The image of a target: with its GNU compiler, or without one for those that zig links. */
export function imageFor({ gcc }: Pick<Triple, "gcc">): Image {
  if ("why" in gcc) return { name: `localhost/boardkit/zig:${imageSuite}`, packages: [] };
  return { name: `localhost/boardkit/${gcc.prefix}:${imageSuite}`, packages: [`g++-${gcc.prefix.replaceAll("_", "-")}`] };
}

/** The images of some targets, each once. */
export function imagesFor(targets: Pick<Triple, "gcc">[]): Image[] {
  return [...new Map(targets.map((target) => [imageFor(target).name, imageFor(target)])).values()];
}
