// The sizes of the sections of a file. Section headers are not loaded: a file may have none.
import { SHT, type ElfFile } from "./file.ts";

const SHF_ALLOC = 2;

/** Bytes by section name, of sections that are loaded or are debug information; a section outside of the file is left out. */
export function sizeSections({ sections, bytes }: ElfFile): Record<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, type, flags, offset, size } of sections) {
    const isCounted = (flags & SHF_ALLOC) !== 0 || isDebug(name);
    const isThere = type === SHT.noBits ? Number.isSafeInteger(size) : offset + size <= bytes.length;
    if (isCounted && isThere && size > 0) sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  return Object.fromEntries(sizes);
}

/** The same without sections that take up memory and no space in the file. */
export function sizeSectionsInFile(elf: ElfFile): Record<string, number> {
  return sizeSections({ ...elf, sections: elf.sections.filter(({ type }) => type !== SHT.noBits) });
}

/** Whether a section of this name is debug information. */
export function isDebug(name: string): boolean {
  return name.startsWith(".debug_");
}
