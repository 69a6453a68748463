// Names of the images that `--builder cross` compiles in: one recipe, docker/Dockerfile, for all targets.
import { join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { Image } from "../../model/builder.ts";
import type { Triple } from "../../model/targets/triple.ts";

/** The suite of Debian in them. */
export const imageSuite = "bookworm";
/** Folder of the recipe. */
export const imageFolder = join(packageRoot, "docker");
export const imageRecipe = join(imageFolder, "Dockerfile");

/** The image of a target: with its GNU compiler, or without one for those that zig links; and with the packages that a project asks for. */
export function imageFor({ gcc }: Pick<Triple, "gcc">, systemPackages: string[]): Image {
  const own = systemPackages.toSorted();
  // Projects that ask for other packages must not take the image from each other.
  const tag = own.length > 0 ? `${imageSuite}-${hashValue(own).slice(0, 12)}` : imageSuite;
  if ("why" in gcc) return { name: `localhost/boardkit/zig:${tag}`, packages: own };
  return { name: `localhost/boardkit/${gcc.prefix}:${tag}`, packages: [`g++-${gcc.prefix.replaceAll("_", "-")}`, ...own] };
}

/** The images of some targets, each once. */
export function imagesFor(targets: Pick<Triple, "gcc">[], systemPackages: string[]): Image[] {
  return distinctImages(targets.map((target) => imageFor(target, systemPackages)));
}

/** Each image once. */
export function distinctImages(images: Image[]): Image[] {
  return [...new Map(images.map((image) => [image.name, image])).values()];
}

/** The file that holds the id of an image as it was when set-up last saw it: what a step that runs in the image depends on. */
export const imageIdFile = (cache: string, name: string): string => imageFile(cache, name, "id");

/** The log of the last build of an image. */
export const imageLog = (cache: string, name: string): string => imageFile(cache, name, "log");

function imageFile(cache: string, name: string, extension: string): string {
  return join(cache, "containers", `${name.replaceAll(/\W+/g, "-")}.${extension}`);
}
