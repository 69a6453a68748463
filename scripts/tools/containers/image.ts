// Names of the images for `--builder cross`: docker/Dockerfile is the recipe for all targets.
import { join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { Image } from "../../model/builder.ts";
import type { Triple } from "../../model/targets/triple.ts";

/** Debian suite of the images. */
export const imageSuite = "bookworm";
/** Folder of the recipe. */
export const imageFolder = join(packageRoot, "docker");
export const imageRecipe = join(imageFolder, "Dockerfile");

/** The image of a target: with its GNU compiler if it has one, and with the project's system packages. */
export function imageFor({ gcc }: Pick<Triple, "gcc">, systemPackages: string[]): Image {
  const own = systemPackages.toSorted();
  // Projects with different packages must not overwrite each other's image.
  const tag = own.length > 0 ? `${imageSuite}-${hashValue(own).slice(0, 12)}` : imageSuite;
  if ("why" in gcc) return { name: `localhost/boardkit/zig:${tag}`, packages: own };
  return { name: `localhost/boardkit/${gcc.prefix}:${tag}`, packages: [`g++-${gcc.prefix.replaceAll("_", "-")}`, ...own] };
}

/** The distinct images of some targets. */
export function imagesFor(targets: Pick<Triple, "gcc">[], systemPackages: string[]): Image[] {
  return distinctImages(targets.map((target) => imageFor(target, systemPackages)));
}

/** Images without duplicates. */
export function distinctImages(images: Image[]): Image[] {
  return [...new Map(images.map((image) => [image.name, image])).values()];
}

/** The file with the image's id from the last set-up; steps that run in the image depend on it. */
export const imageIdFile = (cache: string, name: string): string => imageFile(cache, name, "id");

/** The log of the last build of an image. */
export const imageLog = (cache: string, name: string): string => imageFile(cache, name, "log");

function imageFile(cache: string, name: string, extension: string): string {
  return join(cache, "containers", `${name.replaceAll(/\W+/g, "-")}.${extension}`);
}
