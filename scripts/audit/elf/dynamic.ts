// The libraries, version needs, symbols and flags for the dynamic loader. Read from the dynamic segment, as the loader does, so that a
// file needs no section headers.
import { offsetOf, PT, readText, readWord, type ElfFile } from "./file.ts";

/** A version of a library that the file requires. */
type VersionNeed = {
  library: string;
  version: string;
  /** By this flag a missing version is only a warning, but glibc's loader reports an error anyway. */
  weak: boolean;
};

export type DynamicSymbol = {
  name: string;
  /** 0 for a symbol without one. */
  address: number;
  size: number;
  /** STT_FUNC is 2, STT_GNU_IFUNC 10. */
  type: number;
  weak: boolean;
  defined: boolean;
  /** The version that an undefined symbol requires. */
  version?: string;
};

export type Dynamic = {
  soname?: string;
  needed: string[];
  runpath?: string;
  /** DT_RPATH, the older form. */
  rpath?: string;
  staticTls: boolean;
  textRelocations: boolean;
  bindNow: boolean;
  versions: VersionNeed[];
  symbols: DynamicSymbol[];
};

const DT = {
  needed: 1,
  hash: 4,
  strings: 5,
  symbols: 6,
  soname: 14,
  rpath: 15,
  textRelocations: 22,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  gnuHash: 0x6ffffef5,
  flags1: 0x6ffffffb,
  versionNeeds: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
  versionOfSymbols: 0x6ffffff0,
};
const DF = { textRelocations: 4, bindNow: 8, staticTls: 16, now1: 1 };
const VER_FLG_WEAK = 2;
/** More than any library has; a larger table means a broken file. */
const MOST_SYMBOLS = 4_000_000;

type Tags = Map<number, number[]>;

/** Reads the dynamic segment; empty for a file without one. */
export function readDynamic(elf: ElfFile): Dynamic {
  const tags = readTags(elf);
  const first = (tag: number) => tags.get(tag)?.[0];
  const text = (at: number) => readText(elf, placeOf(elf, first(DT.strings) ?? 0) + at);
  const [flags, flags1] = [first(DT.flags) ?? 0, first(DT.flags1) ?? 0];
  const [soname, runpath, rpath] = [first(DT.soname), first(DT.runpath), first(DT.rpath)];
  const versions = readVersionNeeds(elf, tags, text);
  return {
    ...(soname === undefined ? {} : { soname: text(soname) }),
    needed: (tags.get(DT.needed) ?? []).map(text),
    ...(runpath === undefined ? {} : { runpath: text(runpath) }),
    ...(rpath === undefined ? {} : { rpath: text(rpath) }),
    staticTls: (flags & DF.staticTls) !== 0,
    textRelocations: tags.has(DT.textRelocations) || (flags & DF.textRelocations) !== 0,
    bindNow: tags.has(DT.bindNow) || (flags & DF.bindNow) !== 0 || (flags1 & DF.now1) !== 0,
    versions: versions.map(({ index: _index, ...need }) => need),
    symbols: readSymbols(elf, tags, text, new Map(versions.map((need) => [need.index, need.version]))),
  };
}

function readTags(elf: ElfFile): Tags {
  const tags: Tags = new Map();
  const segment = elf.segments.find((part) => part.type === PT.dynamic);
  if (!segment) return tags;
  const size = elf.bits / 8;
  for (let at = segment.offset; at < segment.offset + segment.fileSize; at += 2 * size) {
    const tag = readWord(elf, at);
    if (tag === 0) break;
    tags.set(tag, [...(tags.get(tag) ?? []), readWord(elf, at + size)]);
  }
  return tags;
}

/** The offset of an address in the file; an address that is not loaded from the file means a broken file. */
function placeOf(elf: ElfFile, address: number): number {
  const at = offsetOf(elf, address);
  if (at === undefined) throw new RangeError(`the dynamic segment points to 0x${address.toString(16)}, which is not in the file`);
  return at;
}

// Elf_Verneed: version, count, file name, first entry, next; Elf_Vernaux: hash, flags, other, name, next. Source: the Linux
// Standard Base, "Symbol Versioning"; the same for 32 and 64 bits.
function readVersionNeeds(elf: ElfFile, tags: Tags, text: (at: number) => string): (VersionNeed & { index: number })[] {
  const table = tags.get(DT.versionNeeds)?.[0];
  if (table === undefined) return [];
  const { view } = elf;
  const needs: (VersionNeed & { index: number })[] = [];
  let at = placeOf(elf, table);
  for (let left = tags.get(DT.versionNeedCount)?.[0] ?? 0; left > 0; left -= 1) {
    const library = text(view.getUint32(at + 4, true));
    let entry = at + view.getUint32(at + 8, true);
    for (let count = view.getUint16(at + 2, true); count > 0; count -= 1) {
      const [flags, index] = [view.getUint16(entry + 4, true), view.getUint16(entry + 6, true)];
      needs.push({ library, version: text(view.getUint32(entry + 8, true)), weak: (flags & VER_FLG_WEAK) !== 0, index });
      const next = view.getUint32(entry + 12, true);
      if (next === 0) break;
      entry += next;
    }
    const next = view.getUint32(at + 12, true);
    if (next === 0) break;
    at += next;
  }
  return needs;
}

function readSymbols(elf: ElfFile, tags: Tags, text: (at: number) => string, versions: Map<number, string>): DynamicSymbol[] {
  const table = tags.get(DT.symbols)?.[0];
  if (table === undefined) return [];
  const start = placeOf(elf, table);
  const versionTable = tags.get(DT.versionOfSymbols)?.[0];
  const versionStart = versionTable === undefined ? undefined : placeOf(elf, versionTable);
  const wide = elf.bits === 64;
  const size = wide ? 24 : 16;
  const { view } = elf;
  return Array.from({ length: countSymbols(elf, tags) }, (_, index): DynamicSymbol => {
    const at = start + index * size;
    const info = view.getUint8(at + (wide ? 4 : 12));
    const defined = view.getUint16(at + (wide ? 6 : 14), true) !== 0;
    const version = versionStart === undefined ? undefined : versions.get(view.getUint16(versionStart + index * 2, true) & 0x7fff);
    return {
      name: text(view.getUint32(at, true)),
      address: readWord(elf, at + (wide ? 8 : 4)),
      size: wide ? readWord(elf, at + 16) : view.getUint32(at + 8, true),
      type: info & 15,
      weak: info >> 4 === 2,
      defined,
      ...(version !== undefined && !defined ? { version } : {}),
    };
  }).filter((symbol) => symbol.name !== "");
}

/** The number of dynamic symbols, from a hash table: System V's contains it; the last chain of GNU's ends with the last symbol. */
function countSymbols(elf: ElfFile, tags: Tags): number {
  const { view } = elf;
  const hash = tags.get(DT.hash)?.[0];
  if (hash !== undefined) return atMost(view.getUint32(placeOf(elf, hash) + 4, true));
  const gnuHash = tags.get(DT.gnuHash)?.[0];
  if (gnuHash === undefined) return 0;
  const at = placeOf(elf, gnuHash);
  const [buckets, offset, bloom] = [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
  const bucketTable = at + 16 + (bloom * elf.bits) / 8;
  let last = 0;
  for (let index = 0; index < atMost(buckets); index += 1) last = Math.max(last, view.getUint32(bucketTable + index * 4, true));
  // Without hashed symbols there are only the undefined ones before `offset`.
  if (last < offset) return atMost(offset);
  const chains = bucketTable + buckets * 4;
  while ((view.getUint32(chains + (last - offset) * 4, true) & 1) === 0) last += 1;
  return atMost(last + 1);
}

function atMost(count: number): number {
  if (count > MOST_SYMBOLS) throw new RangeError(`a symbol table of ${count} entries`);
  return count;
}
