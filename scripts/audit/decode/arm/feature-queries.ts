// Whether 32-bit ARM code queries the system's features: it calls getauxval with AT_HWCAP or AT_HWCAP2. Rust's std passes other arguments.
import { KIND, signed, wordAt, type ArmImage } from "./image.ts";
import { farTarget } from "./walk-t32.ts";

/** MOV r0, #16 and #26. */
const IN_ARM = new Set([0xe3a00010, 0xe3a0001a]);
const IN_THUMB = new Set([0x2010, 0x201a]);
/** The most instructions between the argument and its call. */
const REACH = 4;

/** Looks for such calls in a classified file; `querySlots` are the places through which the calls lead. */
export function queriesFeatures(image: ArmImage, querySlots: Set<number>): boolean {
  const stubs = findStubs(image, querySlots);
  if (stubs.size === 0) return false;
  const { halves, kinds } = image;
  for (let half = 0; half < kinds.length; half += 1) {
    if (kinds[half] === KIND.thumb) {
      const [first, second] = [halves[half] ?? 0, halves[half + 1] ?? 0];
      const isCall = (first & 0xf800) === 0xf000 && (second & 0xc000) === 0xc000;
      if (isCall && stubs.has(farTarget(half * 2, first, second)) && halves.subarray(half - REACH, half).some((one) => IN_THUMB.has(one)))
        return true;
    } else if (kinds[half] === KIND.arm && half % 2 === 0) {
      const word = wordAt(image, half * 2);
      if ((word & 0x0f000000) !== 0x0b000000 || !stubs.has(half * 2 + 8 + (signed(word & 0xffffff, 24) << 2))) continue;
      for (let back = 1; back <= REACH; back += 1) if (IN_ARM.has(wordAt(image, (half - back * 2) * 2))) return true;
    }
  }
  return false;
}

// A stub of the procedure linkage table adds two constants to PC in IP, and jumps to the address at that sum plus a third one.
function findStubs(image: ArmImage, slots: Set<number>): Set<number> {
  const stubs = new Set<number>();
  if (slots.size === 0) return stubs;
  for (let offset = 0; offset + 12 <= image.size; offset += 4) {
    const [first, second, third] = [wordAt(image, offset), wordAt(image, offset + 4), wordAt(image, offset + 8)];
    if ((first & 0xfffff000) >>> 0 !== 0xe28fc000 || (second & 0xfffff000) >>> 0 !== 0xe28cc000) continue;
    if ((third & 0xfffff000) >>> 0 !== 0xe5bcf000) continue;
    const slot = image.base + offset + 8 + rotated(first) + rotated(second) + (third & 0xfff);
    if (slots.has(slot >>> 0)) stubs.add(offset);
  }
  return stubs;
}

/** The constant of a data-processing instruction: eight bits, rotated right by twice the value of four other bits. */
function rotated(word: number): number {
  const [value, by] = [word & 0xff, ((word >>> 8) & 15) * 2];
  return by === 0 ? value : ((value >>> by) | (value << (32 - by))) >>> 0;
}
