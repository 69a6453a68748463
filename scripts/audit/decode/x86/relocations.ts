// The relocations that hold code addresses, by the value that the loader writes. Types: the System V psABI for AMD64, "Relocation Types".
import type { ElfFile } from "../../elf/file.ts";
import { dynamicTag, eachRelocation, symbolReader } from "../../elf/relocations.ts";

export type Relocations = {
  /** Slots of the global offset table, which code reads one by one, and the addresses that the loader writes there. */
  linkage: Map<number, number>;
  /** Other words that hold an address, such as tables of functions. */
  pointers: Map<number, number>;
  /** Slots that get the address of a symbol of another file. */
  imports: Map<number, string>;
  /** Functions that choose an implementation at load time. */
  resolvers: number[];
  /** DT_INIT and DT_FINI. */
  entries: number[];
};

const DT = { init: 12, fini: 13 };
/** `packed` is the type that the reader reports for those of DT_RELR, which are all relative. */
const R = { packed: 0, word: 1, slot: 6, jumpSlot: 7, relative: 8, irelative: 37 };

/** Reads them; empty for a file without a dynamic segment. */
export function readRelocations(elf: ElfFile): Relocations {
  const relocations: Relocations = { linkage: new Map(), pointers: new Map(), imports: new Map(), resolvers: [], entries: [] };
  for (const tag of [DT.init, DT.fini]) {
    const entry = dynamicTag(elf, tag);
    if (entry !== undefined) relocations.entries.push(entry);
  }
  const symbolAt = symbolReader(elf);
  eachRelocation(elf, ({ type, place, symbol: index, addend }) => {
    if (type === R.irelative) relocations.resolvers.push(addend);
    else if (type === R.relative || type === R.packed) addPointer(elf, relocations, place, addend);
    else if (type === R.word || type === R.slot || type === R.jumpSlot) {
      const symbol = symbolAt(index) ?? { address: 0, name: "" };
      if (symbol.address === 0) relocations.imports.set(place, symbol.name);
      else if (type === R.word) relocations.pointers.set(place, symbol.address + addend);
      else relocations.linkage.set(place, symbol.address);
    }
  });
  return relocations;
}

function addPointer(elf: ElfFile, into: Relocations, slot: number, target: number): void {
  const inLinkage = elf.sections.some(
    (part) => /^\.got(\.plt)?$/.test(part.name) && slot >= part.address && slot < part.address + part.size,
  );
  (inLinkage ? into.linkage : into.pointers).set(slot, target);
}
