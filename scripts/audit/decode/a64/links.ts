// The information about code in an AArch64 file's relocations, dynamic symbols and header. Relocation types: the ELF for the Arm 64-bit
// Architecture (AArch64) ABI.
import type { InspectedElf } from "../../elf/facts.ts";
import { entryPoint } from "../../elf/entry.ts";
import { SHT, variableTest, type ElfFile } from "../../elf/file.ts";
import { dynamicTag, eachRelocation, symbolReader } from "../../elf/relocations.ts";
import { FEATURE_FUNCTIONS, mayProbe, QUERY_FUNCTIONS } from "../entries.ts";
import type { Code } from "./text.ts";
import { is, pageOf } from "./words.ts";

export type Links = {
  /** Places that the loader fills with the address of a function that queries features. */
  querySlots: Set<number>;
  /** Places that the loader fills with the address of a writable variable. */
  pointers: Map<number, number>;
  /** Places that the loader fills with the address of a function of the file itself, and its index. */
  slots: Map<number, number>;
  /** Whether functions choose implementations at load time, or another library answers. */
  asksOtherwise: boolean;
  /** Indexes of words whose address is known outside of the code: in relocations, exported symbols and the header. */
  known: Set<number>;
  /** Those in relocations: tables and global offsets refer to them. */
  referred: Set<number>;
};

const R = { absolute: 257, globalData: 1025, jumpSlot: 1026, relative: 1027, iRelative: 1032 };
const DT_INIT = 12;
const DT_FINI = 13;

/**
 * A function with the answer of a library's own query. libsodium has it also in builds that never ask, in which it always says no. Such a
 * file has no query, and only its symbol table shows that its code has a choice.
 */
const ANSWER = "sodium_runtime_has_armcrypto";

/** Reads the links of a piece of code. */
export function readLinks(elf: InspectedElf, code: Code): Links {
  const links: Links = {
    querySlots: new Set(),
    pointers: new Map(),
    slots: new Map(),
    asksOtherwise: hasSymbolName(elf.file, ANSWER) || mayProbe(elf.dynamic),
    known: new Set(),
    referred: new Set(),
  };
  const isVariable = variableTest(elf.file);
  const symbolAt = symbolReader(elf.file);
  const end = code.base + code.words.length * 4;
  const know = (address: number, into: Set<number>) => {
    if (address >= code.base && address < end && address % 4 === 0) into.add((address - code.base) / 4);
  };
  const point = (place: number, address: number) => {
    know(address, links.referred);
    if (isVariable(address)) links.pointers.set(place, address);
  };
  eachRelocation(elf.file, ({ type, place, symbol, addend }) => {
    if (type === R.iRelative) links.asksOtherwise = true;
    if (type === 0 || type === R.relative || type === R.iRelative) return point(place, addend);
    if (type !== R.absolute && type !== R.globalData && type !== R.jumpSlot) return undefined;
    const found = symbolAt(symbol);
    if (found?.defined) {
      const index = (found.address - code.base) / 4;
      if (type === R.jumpSlot && index >= 0 && index < code.words.length) links.slots.set(place, index);
      return point(place, found.address + addend);
    }
    if (!found || type === R.absolute) return undefined;
    if (QUERY_FUNCTIONS.test(found.name)) links.querySlots.add(place);
    if (!FEATURE_FUNCTIONS.test(found.name)) return undefined;
    links.asksOtherwise = true;
    links.querySlots.add(place);
    return undefined;
  });
  for (const symbol of elf.dynamic.symbols) if (symbol.defined) know(symbol.address, links.known);
  for (const address of [dynamicTag(elf.file, DT_INIT), dynamicTag(elf.file, DT_FINI), entryPoint(elf.file)])
    know(address ?? 0, links.known);
  for (const index of links.referred) links.known.add(index);
  return links;
}

/** Calls back with each stub of the procedure linkage table: ADRP x16, LDR x17 from the slot; with branch protection, BTI before it. */
export function eachStub({ base, words, landmarks }: Code, visit: (index: number, slot: number) => void): void {
  for (const index of landmarks.pages) {
    const [word, next = 0] = [words[index] as number, words[index + 1]];
    if ((word & 31) !== 16) continue;
    if (!is(next, 0xffc003ff, 0xf9400211)) continue;
    const slot = pageOf(word, base + index * 4) + ((next >>> 10) & 0xfff) * 8;
    visit(index, slot);
    if (is(words[index - 1] ?? 0, 0xffffff3f, 0xd503241f)) visit(index - 1, slot);
  }
}

/** Whether a file that is not stripped has a symbol of this name. */
function hasSymbolName({ sections, bytes }: ElfFile, name: string): boolean {
  const tables = sections.filter((section) => section.type === SHT.symbols).map((section) => sections[section.link]);
  return tables.some(
    (names) =>
      names &&
      Buffer.from(bytes.buffer, bytes.byteOffset + names.offset, Math.max(0, Math.min(names.size, bytes.length - names.offset))).includes(
        `\0${name}\0`,
      ),
  );
}
