// Whether 32-bit ARM code queries the system's features: it calls getauxval with AT_HWCAP or AT_HWCAP2. Rust's std passes other arguments.
import { KIND, signed, wordAt, type ArmImage } from "./image.ts";
import { findStubs } from "./stubs.ts";
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
