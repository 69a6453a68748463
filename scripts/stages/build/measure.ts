// The bytes of an addon by crate: those of its sections, by the map of its linker.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseElf } from "../../audit/elf/file.ts";
import { sizeSectionsInFile } from "../../audit/elf/sections.ts";
import { sizesByOrigin, type SizePart } from "../../audit/link-map/sizes.ts";

/** Undefined without a map of this file: cargo links only what has changed, and the linker wrote none the last time. */
export async function measure(addon: string, map: string): Promise<SizePart[] | undefined> {
  if (!existsSync(map)) return undefined;
  const elf = parseElf(await readFile(addon), addon);
  return sizesByOrigin(await readFile(map, "utf8"), sizeSectionsInFile(elf));
}
