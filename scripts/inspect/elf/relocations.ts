// What the dynamic loader writes into a 64-bit file: DT_RELA, DT_JMPREL and DT_RELR, from the dynamic segment, so that a file without
// section headers is read alike. Layouts: the System V gABI, "Relocation" and "Relative Relocation Table".
import { offsetOf, PT, readText, readWord, type ElfFile } from "./file.ts";

/** One relocation; `type` 0 stands for RELR's, which are all relative and keep the addend in place. */
export type Relocation = { type: number; place: number; symbol: number; addend: number };

const DT = { strings: 5, symbols: 6, rela: 7, relaSize: 8, jmpRelSize: 2, jmpRel: 23, relrSize: 35, relr: 36 };
const RELA_SIZE = 24;
const SYMBOL_SIZE = 24;

/** Calls back for every relocation; the object is the same each time, for a large file has hundreds of thousands. */
export function eachRelocation(elf: ElfFile, visit: (relocation: Relocation) => void): void {
  if (elf.bits !== 64) return;
  const tags = readTags(elf);
  readRela(elf, tags.get(DT.rela), tags.get(DT.relaSize), visit);
  readRela(elf, tags.get(DT.jmpRel), tags.get(DT.jmpRelSize), visit);
  readRelr(elf, tags.get(DT.relr), tags.get(DT.relrSize), visit);
}

/** Reads dynamic symbols by their number in the table, which `Dynamic.symbols` no longer has. */
export function symbolReader(elf: ElfFile): (index: number) => { name: string; address: number; defined: boolean } | undefined {
  const tags = readTags(elf);
  const [table, strings] = [DT.symbols, DT.strings].map((tag) => offsetOf(elf, tags.get(tag) ?? 0));
  return (index) => {
    if (table === undefined || strings === undefined || index === 0) return undefined;
    const at = table + index * SYMBOL_SIZE;
    const name = readText(elf, strings + elf.view.getUint32(at, true));
    return { name, address: readWord(elf, at + 8), defined: elf.view.getUint16(at + 6, true) !== 0 };
  };
}

/** The value of a tag of the dynamic segment, DT_INIT say. */
export function dynamicTag(elf: ElfFile, tag: number): number | undefined {
  return readTags(elf).get(tag);
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

function readRela(elf: ElfFile, table = 0, size = 0, visit: (relocation: Relocation) => void): void {
  const start = offsetOf(elf, table);
  if (start === undefined) return;
  const relocation: Relocation = { type: 0, place: 0, symbol: 0, addend: 0 };
  for (let at = start; at + RELA_SIZE <= start + size; at += RELA_SIZE) {
    relocation.place = readWord(elf, at);
    relocation.type = elf.view.getUint32(at + 8, true);
    relocation.symbol = elf.view.getUint32(at + 12, true);
    relocation.addend = Number(elf.view.getBigInt64(at + 16, true));
    visit(relocation);
  }
}

// An even word is the address of one place; an odd one is a bit map of the 63 places after it.
function readRelr(elf: ElfFile, table = 0, size = 0, visit: (relocation: Relocation) => void): void {
  const start = offsetOf(elf, table);
  if (start === undefined) return;
  const relocation: Relocation = { type: 0, place: 0, symbol: 0, addend: 0 };
  const visitPlace = (place: number) => {
    const at = offsetOf(elf, place);
    if (at === undefined) return;
    relocation.place = place;
    relocation.addend = readWord(elf, at);
    visit(relocation);
  };
  let next = 0;
  for (let at = start; at + 8 <= start + size; at += 8) {
    const word = elf.view.getBigUint64(at, true);
    if ((word & 1n) === 0n) {
      visitPlace(Number(word));
      next = Number(word) + 8;
      continue;
    }
    for (let bit = 1; bit < 64; bit += 1) if ((word >> BigInt(bit)) & 1n) visitPlace(next + (bit - 1) * 8);
    next += 63 * 8;
  }
}
