// Erratum 843419 of Cortex-A53: an ADRP near a page's end may compute a wrong address for a load or store after it. Linkers have a
// workaround (--fix-cortex-a53-843419); this finds sequences without it. Sources: Arm Cortex-A53 MPCore Software Developers Errata Notice,
// 843419; lld's AArch64ErrataFix.cpp. The predicate is lld's with two differences. A sequence is harmless if an instruction between writes
// the register, but lld patches it; and a SIMD load does not write the general register with its number, but lld assumes so.
import type { InspectedElf } from "../../elf/facts.ts";
import { readCode } from "./text.ts";
import { is, isAdrp, isBranch, writesRegister } from "./words.ts";

const PAGE = 4096;
const OFFSETS = [0xff8, 0xffc];
/** opcode of ST1 with one to four registers, bits 15:12. */
const ST1_MULTIPLE = new Set([2, 6, 7, 10]);

/** Addresses of the ADRPs of sequences in the erratum's notice; lld's AArch64ErrataFix.cpp, is843419ErratumSequence. */
export function findErratum843419(elf: InspectedElf): number[] {
  return readCode(elf.file).pieces.flatMap(({ base, words, from, to }) => {
    const found: number[] = [];
    for (let page = Math.floor(base / PAGE) * PAGE; page < base + to * 4; page += PAGE)
      for (const offset of OFFSETS) {
        const index = (page + offset - base) / 4;
        if (index >= from && index < to && isSequence(words, index)) found.push(page + offset);
      }
    return found;
  });
}

function isSequence(words: Int32Array, index: number): boolean {
  // Beyond the ends there are zeros, which are not an ADRP, load or store.
  const [first = 0, second = 0, third = 0, fourth = 0] = [0, 1, 2, 3].map((step) => words[index + step]);
  const register = first & 31;
  if (!isAdrp(first) || register === 31 || !isLoadOrStore(second) || writesRegister(second, register)) return false;
  if (usesAsBase(third, register)) return true;
  return !isBranch(third) && !writesRegister(third, register) && usesAsBase(fourth, register);
}

/** A load or store of one register with an unsigned immediate and this base. */
function usesAsBase(word: number, register: number): boolean {
  return is(word, 0x3b000000, 0x39000000) && ((word >>> 5) & 31) === register;
}

/** The loads and stores that the notice lists for the second instruction: all but LDP, LDNP and the loads of structures. */
function isLoadOrStore(word: number): boolean {
  return (
    // Exclusive, literal, single register.
    is(word, 0x3f000000, 0x08000000) ||
    is(word, 0x3b000000, 0x18000000) ||
    is(word, 0x3b000000, 0x39000000) ||
    is(word, 0x3b200000, 0x38000000) ||
    is(word, 0x3b200c00, 0x38200800) ||
    // STP and STNP.
    is(word, 0x3a400000, 0x28000000) ||
    isStructureStore(word)
  );
}

function isStructureStore(word: number): boolean {
  if (!is(word, 0xbe400000, 0x0c000000)) return false;
  if ((word & 0x01000000) === 0) return ST1_MULTIPLE.has((word >>> 12) & 15);
  return is(word, 0x0020e000, 0) || is(word, 0x0020e000, 0x4000) || is(word, 0x0020e000, 0x8000);
}
