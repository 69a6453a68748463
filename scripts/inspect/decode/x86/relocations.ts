// The relocations that hold code addresses, from the dynamic segment. Types: the System V psABI for AMD64, "Relocation Types"; the
// packed form: the gABI, "Relative Relocation Table".
import { offsetOf, PT, readText, readWord, type ElfFile } from "../../elf/file.ts";

export type Relocations = {
  /** Slots of the global offset table, which code reads one by one, and what the loader writes there. */
  linkage: Map<number, number>;
  /** Other words that hold an address: tables of functions, for example. */
  pointers: Map<number, number>;
  /** Slots that get the address of a symbol of another file. */
  imports: Map<number, string>;
  /** Functions that choose an implementation at load time. */
  resolvers: number[];
  /** DT_INIT and DT_FINI. */
  entries: number[];
};

const DT = { symbols: 6, strings: 5, rela: 7, relaSize: 8, init: 12, fini: 13, jumps: 23, jumpsSize: 2, relr: 36, relrSize: 35 };
const R = { word: 1, slot: 6, jumpSlot: 7, relative: 8, irelative: 37 };
const ENTRY = 24;

/** Reads all of them; empty for a file without a dynamic segment. */
export function readRelocations(elf: ElfFile): Relocations {
  const relocations: Relocations = { linkage: new Map(), pointers: new Map(), imports: new Map(), resolvers: [], entries: [] };
  const tags = readTags(elf);
  for (const tag of [DT.init, DT.fini]) if (tags.has(tag)) relocations.entries.push(tags.get(tag) as number);
  readTable(elf, tags, relocations, tags.get(DT.rela), tags.get(DT.relaSize));
  readTable(elf, tags, relocations, tags.get(DT.jumps), tags.get(DT.jumpsSize));
  readPacked(elf, relocations, tags.get(DT.relr), tags.get(DT.relrSize));
  return relocations;
}

function readTags(elf: ElfFile): Map<number, number> {
  const tags = new Map<number, number>();
  const segment = elf.segments.find((part) => part.type === PT.dynamic);
  if (!segment) return tags;
  for (let at = segment.offset; at + 16 <= segment.offset + segment.fileSize; at += 16) {
    const tag = readWord(elf, at);
    if (tag === 0) break;
    tags.set(tag, readWord(elf, at + 8));
  }
  return tags;
}

function readTable(elf: ElfFile, tags: Map<number, number>, into: Relocations, table?: number, size?: number): void {
  const start = table === undefined ? undefined : offsetOf(elf, table);
  if (start === undefined || size === undefined) return;
  for (let at = start; at + ENTRY <= start + size; at += ENTRY) {
    const [slot, type, addend] = [readWord(elf, at), elf.view.getUint32(at + 8, true), Number(elf.view.getBigInt64(at + 16, true))];
    if (type === R.irelative) into.resolvers.push(addend);
    else if (type === R.relative) addPointer(elf, into, slot, addend);
    else if (type === R.word || type === R.slot || type === R.jumpSlot) {
      const symbol = readSymbol(elf, tags, elf.view.getUint32(at + 12, true));
      if (symbol.address === 0) into.imports.set(slot, symbol.name);
      else if (type === R.word) into.pointers.set(slot, symbol.address + addend);
      else into.linkage.set(slot, symbol.address);
    }
  }
}

// Addresses are even and are relocated themselves; an odd word is a bitmap of the 63 words after the last one.
function readPacked(elf: ElfFile, into: Relocations, table?: number, size?: number): void {
  const start = table === undefined ? undefined : offsetOf(elf, table);
  if (start === undefined || size === undefined) return;
  const add = (slot: number) => {
    const at = offsetOf(elf, slot);
    if (at !== undefined) addPointer(elf, into, slot, readWord(elf, at));
  };
  let next = 0;
  for (let at = start; at + 8 <= start + size; at += 8) {
    const word = elf.view.getBigUint64(at, true);
    if ((word & 1n) === 0n) {
      add(Number(word));
      next = Number(word) + 8;
      continue;
    }
    for (let bit = 1; bit < 64; bit += 1) if ((word >> BigInt(bit)) & 1n) add(next + (bit - 1) * 8);
    next += 63 * 8;
  }
}

function addPointer(elf: ElfFile, into: Relocations, slot: number, target: number): void {
  const inLinkage = elf.sections.some(
    (part) => /^\.got(\.plt)?$/.test(part.name) && slot >= part.address && slot < part.address + part.size,
  );
  (inLinkage ? into.linkage : into.pointers).set(slot, target);
}

function readSymbol(elf: ElfFile, tags: Map<number, number>, index: number): { address: number; name: string } {
  const [symbols, strings] = [tags.get(DT.symbols), tags.get(DT.strings)].map((table) => offsetOf(elf, table ?? -1));
  if (symbols === undefined || strings === undefined) return { address: 0, name: "" };
  const at = symbols + index * ENTRY;
  return { address: readWord(elf, at + 8), name: readText(elf, strings + elf.view.getUint32(at, true)) };
}
