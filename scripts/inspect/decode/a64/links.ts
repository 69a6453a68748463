// What an AArch64 file's relocations, dynamic symbols and header tell about its code. Relocation types: the ELF for the Arm 64-bit
// Architecture (AArch64) ABI.
import type { InspectedElf } from "../../elf/facts.ts";
import { PT, readWord, type Segment } from "../../elf/file.ts";
import { dynamicTag, eachRelocation, symbolReader } from "../../elf/relocations.ts";
import type { Code } from "./text.ts";

export type Links = {
  /** Places that the loader fills with the address of a function that asks the system for its features. */
  askerSlots: Set<number>;
  /** Places that the loader fills with the address of a writable variable. */
  pointers: Map<number, number>;
  /** Indexes of the words that something outside the code knows: relocations, exported symbols, the loader. */
  known: Set<number>;
};

const R = { absolute: 257, globalData: 1025, jumpSlot: 1026, relative: 1027, iRelative: 1032 };
const ASKERS = /^(__)?getauxval$|^elf_aux_info$/;
const PF_WRITE = 2;
const DT_INIT = 12;
const DT_FINI = 13;
const ENTRY = 24;

/** Reads the links of a piece of code. */
export function readLinks(elf: InspectedElf, code: Code): Links {
  const links: Links = { askerSlots: new Set(), pointers: new Map(), known: new Set() };
  const isVariable = variableTest(elf);
  const symbolAt = symbolReader(elf.file);
  const end = code.base + code.words.length * 4;
  const know = (address: number) => {
    if (address >= code.base && address < end && address % 4 === 0) links.known.add((address - code.base) / 4);
  };
  const point = (place: number, address: number) => {
    know(address);
    if (isVariable(address)) links.pointers.set(place, address);
  };
  eachRelocation(elf.file, ({ type, place, symbol, addend }) => {
    if (type === 0 || type === R.relative || type === R.iRelative) return point(place, addend);
    if (type !== R.absolute && type !== R.globalData && type !== R.jumpSlot) return undefined;
    const found = symbolAt(symbol);
    if (found?.defined) return point(place, found.address + addend);
    if (found && type !== R.absolute && ASKERS.test(found.name)) links.askerSlots.add(place);
    return undefined;
  });
  for (const symbol of elf.dynamic.symbols) if (symbol.defined) know(symbol.address);
  for (const address of [dynamicTag(elf.file, DT_INIT), dynamicTag(elf.file, DT_FINI), readWord(elf.file, ENTRY)]) know(address ?? 0);
  return links;
}

/** Tells addresses that the code can still write to once the loader is done. */
export function variableTest(elf: InspectedElf): (address: number) => boolean {
  const holds = (part: Segment, address: number) => address >= part.address && address < part.address + part.memorySize;
  const writable = elf.file.segments.filter((part) => part.type === PT.load && (part.flags & PF_WRITE) !== 0);
  const sealed = elf.file.segments.filter((part) => part.type === PT.gnuRelro);
  return (address) => writable.some((part) => holds(part, address)) && !sealed.some((part) => holds(part, address));
}
