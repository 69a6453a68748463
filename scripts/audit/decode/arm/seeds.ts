// The starts of functions that a stripped 32-bit ARM file contains, with their instruction sets.
import { entryPoint } from "../../elf/entry.ts";
import { SHT, readText, type ElfFile } from "../../elf/file.ts";
import { dynamicTag, eachRelocation } from "../../elf/relocations.ts";
import type { InspectedElf } from "../../elf/facts.ts";
import { inImage, KIND, unwindAddresses, type ArmImage } from "./image.ts";

/** An offset from the image's base, times 2, plus 1 for Thumb: an element of the walk's stack. */
export type Seed = number;

const DT = { init: 12, fini: 13 };
const SHT_POINTERS = new Set([14, 15]);
/** R_ARM_RELATIVE and R_ARM_IRELATIVE, and 0 for the packed ones. */
const RELATIVE = new Set([23, 160, 0]);
const STT = { function: 2, indirect: 10 };
const DOLLAR = 0x24;

/** A pointer as a seed; undefined if it does not point to code: an A32 address is a multiple of 4, other even ones are data. */
export function seedOf(image: ArmImage, address: number): Seed | undefined {
  const at = address >>> 0;
  return (at & 3) !== 2 && inImage(image, at & ~1) ? ((at & ~1) - image.base) * 2 + (at & 1) : undefined;
}

/** The seeds whose address has the instruction set in its low bit: entry, symbols, relocated pointers. */
export function readCertainSeeds(elf: InspectedElf, image: ArmImage): Seed[] {
  const seeds: Seed[] = [];
  const add = (address: number) => {
    const seed = seedOf(image, address);
    if (seed !== undefined) seeds.push(seed);
  };
  const { file } = elf;
  add(entryPoint(file) ?? 0);
  for (const symbol of elf.dynamic.symbols)
    if (symbol.defined && (symbol.type === STT.function || symbol.type === STT.indirect)) add(symbol.address);
  for (const [address] of symbolsOf(file, false)) add(address);
  for (const tag of [DT.init, DT.fini]) {
    const address = dynamicTag(file, tag);
    if (address !== undefined) add(address);
  }
  // Without sections and an unwind table the executable bytes may include read-only data, and an even pointer may point to data.
  const isCertain = file.sections.length > 0 || unwindAddresses(file).length > 0;
  eachRelocation(file, ({ type, addend }) => {
    if (RELATIVE.has(type) && (isCertain || (addend & 1) !== 0)) add(addend);
  });
  // .init_array and .fini_array of an executable that is not relocated.
  for (const section of file.sections.filter((part) => SHT_POINTERS.has(part.type)))
    for (let at = section.offset; at + 4 <= endIn(file, section.offset + section.size); at += 4) add(file.view.getUint32(at, true));
  return seeds;
}

/** Offsets of functions by the unwind table, ascending. The table does not contain the instruction set. */
export function readUnwindStarts(file: ElfFile, image: ArmImage): number[] {
  const starts = unwindAddresses(file).filter((address) => inImage(image, address & ~1));
  return [...new Set(starts.map((address) => (address & ~1) - image.base))].toSorted((left, right) => left - right);
}

/** Marks the complete image by the symbols $a, $t and $d; false if the file has none. */
export function applyMappingSymbols(file: ElfFile, image: ArmImage): boolean {
  const kinds: Record<string, number> = { $a: KIND.arm, $t: KIND.thumb, $d: KIND.data };
  const marks: [offset: number, kind: number][] = [];
  for (const [address, name] of symbolsOf(file, true)) {
    const kind = kinds[name.slice(0, 2)];
    if (kind !== undefined && (name.length === 2 || name[2] === ".") && inImage(image, address)) marks.push([address - image.base, kind]);
  }
  if (marks.length === 0) return false;
  marks.sort((left, right) => left[0] - right[0]);
  for (const [index, [offset, kind]] of marks.entries()) {
    const end = (marks[index + 1]?.[0] ?? image.size) >> 1;
    for (let half = offset >> 1; half < end && image.kinds[half] !== KIND.outside; half += 1) image.kinds[half] = kind;
  }
  return true;
}

// Functions of the symbol table, or its mapping symbols; a list of them would take 200 MB for a Node binary.
function* symbolsOf(file: ElfFile, mapping: boolean): Generator<[address: number, name: string]> {
  for (const table of file.sections.filter((section) => section.type === SHT.symbols)) {
    const names = file.sections[table.link]?.offset;
    if (names === undefined || table.offset + table.size > file.bytes.length) continue;
    for (let at = table.offset; at + 16 <= table.offset + table.size; at += 16) {
      if (file.view.getUint16(at + 14, true) === 0) continue;
      const type = file.view.getUint8(at + 12) & 15;
      const name = names + file.view.getUint32(at, true);
      const address = file.view.getUint32(at + 4, true);
      if (mapping && type === 0 && file.bytes[name] === DOLLAR) yield [address, readText(file, name)];
      if (!mapping && type === STT.function) yield [address, ""];
    }
  }
}

// A table beyond the end of a file ends there.
function endIn(file: ElfFile, end: number): number {
  return Math.min(end, file.bytes.length);
}
