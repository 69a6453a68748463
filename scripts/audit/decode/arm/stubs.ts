// The stubs of the procedure linkage table of a 32-bit ARM file.
import { wordAt, type ArmImage } from "./image.ts";

/**
 * The offsets of the stubs that jump to the addresses in some slots. A stub adds two constants to PC in IP, and jumps to the address at that
 * sum plus a third one.
 */
export function findStubs(image: ArmImage, slots: Set<number>): Set<number> {
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
