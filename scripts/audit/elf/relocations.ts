// The relocations that the dynamic loader applies: DT_RELA or DT_REL, DT_JMPREL and DT_RELR. Read from the dynamic segment, so that a
// file needs no section headers. Layouts: the System V gABI, "Relocation" and "Relative Relocation Table".
import { offsetOf, PT, readText, readWord, type ElfFile } from "./file.ts";

/** One relocation. `type` is 0 for those of DT_RELR, which are all relative. They have the addend in place, as do those of DT_REL. */
type Relocation = { type: number; place: number; symbol: number; addend: number };

const DT = {
  strings: 5,
  symbols: 6,
  rela: 7,
  relaSize: 8,
  rel: 17,
  relSize: 18,
  kind: 20,
  jmpRel: 23,
  jmpRelSize: 2,
  relrSize: 35,
  relr: 36,
};

type Visit = (relocation: Relocation) => void;

/** Calls back for every relocation, always with the same object: a large file has hundreds of thousands. */
export function eachRelocation(elf: ElfFile, visit: Visit): void {
  const tags = readTags(elf);
  readTable(elf, true, tags.get(DT.rela), tags.get(DT.relaSize), visit);
  readTable(elf, false, tags.get(DT.rel), tags.get(DT.relSize), visit);
  readTable(elf, tags.get(DT.kind) === DT.rela, tags.get(DT.jmpRel), tags.get(DT.jmpRelSize), visit);
  readRelr(elf, tags.get(DT.relr), tags.get(DT.relrSize), visit);
}

/** Reads dynamic symbols by their index in the table, which `Dynamic.symbols` does not keep. */
export function symbolReader(elf: ElfFile): (index: number) => { name: string; address: number; defined: boolean } | undefined {
  const tags = readTags(elf);
  const [table, strings] = [DT.symbols, DT.strings].map((tag) => offsetOf(elf, tags.get(tag) ?? 0));
  return (index) => {
    if (table === undefined || strings === undefined || index === 0) return undefined;
    const [size, value, section] = elf.bits === 64 ? [24, 8, 6] : [16, 4, 14];
    const at = table + index * size;
    const name = readText(elf, strings + elf.view.getUint32(at, true));
    return { name, address: readWord(elf, at + value), defined: elf.view.getUint16(at + section, true) !== 0 };
  };
}

/** The value of a tag of the dynamic segment, such as DT_INIT. */
export function dynamicTag(elf: ElfFile, tag: number): number | undefined {
  return readTags(elf).get(tag);
}

function readTags(elf: ElfFile): Map<number, number> {
  const tags = new Map<number, number>();
  const segment = elf.segments.find((part) => part.type === PT.dynamic);
  if (!segment) return tags;
  const word = elf.bits / 8;
  for (let at = segment.offset; at + word * 2 <= segment.offset + segment.fileSize; at += word * 2) {
    const tag = readWord(elf, at);
    if (tag === 0) break;
    tags.set(tag, readWord(elf, at + word));
  }
  return tags;
}

function readTable(elf: ElfFile, hasAddend: boolean, table = 0, size = 0, visit: Visit): void {
  const start = offsetOf(elf, table);
  if (start === undefined) return;
  const wide = elf.bits === 64;
  const word = elf.bits / 8;
  const step = word * (hasAddend ? 3 : 2);
  const relocation: Relocation = { type: 0, place: 0, symbol: 0, addend: 0 };
  for (let at = start; at + step <= start + size; at += step) {
    const info = elf.view.getUint32(at + word, true);
    relocation.place = readWord(elf, at);
    relocation.type = wide ? info : info & 0xff;
    relocation.symbol = wide ? elf.view.getUint32(at + 12, true) : info >>> 8;
    relocation.addend = hasAddend ? readAddend(elf, at + word * 2) : readInPlace(elf, relocation.place);
    visit(relocation);
  }
}

function readAddend(elf: ElfFile, at: number): number {
  return elf.bits === 64 ? Number(elf.view.getBigInt64(at, true)) : elf.view.getInt32(at, true);
}

function readInPlace(elf: ElfFile, place: number): number {
  const at = offsetOf(elf, place);
  return at === undefined ? 0 : readWord(elf, at);
}

// A word with bit 0 clear is the address of one place. Otherwise its other bits are a bit map of the places that follow.
function readRelr(elf: ElfFile, table = 0, size = 0, visit: Visit): void {
  const start = offsetOf(elf, table);
  if (start === undefined) return;
  const relocation: Relocation = { type: 0, place: 0, symbol: 0, addend: 0 };
  const visitPlace = (place: number) => {
    if (offsetOf(elf, place) === undefined) return;
    relocation.place = place;
    relocation.addend = readInPlace(elf, place);
    visit(relocation);
  };
  const bytes = elf.bits / 8;
  let next = 0;
  for (let at = start; at + bytes <= start + size; at += bytes) {
    const word = elf.bits === 64 ? elf.view.getBigUint64(at, true) : BigInt(elf.view.getUint32(at, true));
    if ((word & 1n) === 0n) {
      visitPlace(Number(word));
      next = Number(word) + bytes;
      continue;
    }
    for (let bit = 1; bit < elf.bits; bit += 1) if ((word >> BigInt(bit)) & 1n) visitPlace(next + (bit - 1) * bytes);
    next += (elf.bits - 1) * bytes;
  }
}
