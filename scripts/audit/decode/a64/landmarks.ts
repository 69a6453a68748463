// The places of a few kinds of words, found in one pass: a file has twenty million words, and a pass over them takes a tenth of a second.
import { IndexList } from "../../../lib/index-list.ts";

/** Indexes, ascending. */
export type Landmarks = {
  /** ADRP. */
  pages: Uint32Array;
  /** ADR, into which linkers turn ADRP and ADD. */
  addresses: Uint32Array;
  /** B and BL. */
  jumps: Uint32Array;
  calls: Uint32Array;
  /** Reads of registers that describe the CPU: see `readsIdRegister`. */
  idReads: Uint32Array;
};

/** Finds them among all words. */
export function findLandmarks(words: Int32Array): Landmarks {
  const [pages, addresses, jumps, calls, idReads] = [new IndexList(), new IndexList(), new IndexList(), new IndexList(), new IndexList()];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as number;
    switch ((word >>> 24) & 0x9f) {
      case 0x90:
        pages.push(index);
        continue;
      case 0x10:
        addresses.push(index);
        continue;
      case 0x14:
      case 0x15:
      case 0x16:
      case 0x17:
        if (word >>> 26 === 0x05) jumps.push(index);
        continue;
      case 0x94:
      case 0x95:
      case 0x96:
      case 0x97:
        if (word >>> 26 === 0x25) calls.push(index);
        else if (word >>> 12 === 0xd5380) idReads.push(index);
        continue;
    }
  }
  return { pages: pages.items, addresses: addresses.items, jumps: jumps.items, calls: calls.items, idReads: idReads.items };
}
