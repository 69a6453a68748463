// The features for which AArch64 code asks the system: the bits of AT_HWCAP and AT_HWCAP2 that it tests. Source: Linux,
// arch/arm64/include/uapi/asm/hwcap.h. LSE is left out, since every file with outline atomics asks for it.
import type { Code } from "./text.ts";
import { visitWords } from "./function-guards.ts";
import { endOf, type Functions } from "./functions.ts";
import { KNOWN, type World } from "./values.ts";
import { is } from "./words.ts";

/** The feature of each bit, named as in the table of instructions. */
const BITS: Record<number, Record<number, string[]>> = {
  16: {
    3: ["aes"],
    4: ["aes"],
    5: ["sha2"],
    6: ["sha2"],
    7: ["crc32"],
    9: ["fp16"],
    10: ["fp16"],
    12: ["rdm"],
    13: ["jscvt"],
    14: ["fcma"],
    15: ["rcpc"],
    16: ["dpb"],
    17: ["sha3"],
    18: ["sm3"],
    19: ["sm4"],
    20: ["dotprod"],
    21: ["sha512"],
    22: ["sve"],
    23: ["fhm"],
    26: ["rcpc2"],
    27: ["flagm"],
    29: ["sb"],
    30: ["pauth"],
    31: ["pauth"],
  },
  26: {
    0: ["dpb2"],
    1: ["sve"],
    7: ["flagm2"],
    8: ["frintts"],
    9: ["sve"],
    12: ["sve"],
    13: ["i8mm"],
    14: ["bf16"],
    16: ["rng"],
    18: ["mte"],
    23: ["sme"],
  },
};
/** More bits at once are a mask for something else. */
const MOST_BITS = 4;

/** The features that a function tests in an answer of the system. */
export function askedFeatures(code: Code, { starts, entries }: Functions, at: number, world: World): Set<string> {
  const { words } = code;
  const asked = new Set<string>();
  visitWords(code, starts[at] as number, endOf(starts, words, at), entries.get(at) ?? [], world, (values, index) => {
    const word = words[index] as number;
    // TBZ and TBNZ test the register in the lowest bits.
    const register = is(word, 0x7e000000, 0x36000000) ? word & 31 : (word >>> 5) & 31;
    if (values.known[register] === KNOWN.answer)
      for (const bit of testedBits(word)) for (const feature of BITS[values.numbers[register] ?? 0]?.[bit] ?? []) asked.add(feature);
  });
  return asked;
}

/** The bits of a register that an instruction tests or extracts. */
function testedBits(word: number): number[] {
  if (is(word, 0x7e000000, 0x36000000)) return [((word >>> 31) << 5) | ((word >>> 19) & 31)];
  const [wide, rotate, size] = [word >>> 31 === 1, (word >>> 16) & 63, (word >>> 10) & 63];
  // UBFM and SBFM: from the rotation to the last bit.
  if (is(word, 0x7f800000, 0x53000000) || is(word, 0x7f800000, 0x13000000))
    return rotate <= size ? bitsFrom(rotate, size - rotate + 1, 64) : [];
  // AND and ANDS with an immediate: ones, rotated to the right. Repeated patterns are not masks of features.
  if (!is(word, 0x1f800000, 0x12000000) || ((word >>> 29) & 3) % 3 !== 0) return [];
  const width = wide && (word & 0x00400000) !== 0 ? 64 : 32;
  if (width === 32 && size > 31) return [];
  return bitsFrom((width - rotate) % width, size + 1, width);
}

function bitsFrom(first: number, count: number, width: number): number[] {
  return count > MOST_BITS ? [] : Array.from({ length: count }, (_, index) => (first + index) % width);
}
