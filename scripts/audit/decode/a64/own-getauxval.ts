// A static program has the C library's function that queries the system in its own code, without a name. musl's `getauxval` first compares
// its argument with AT_SECURE, then walks pairs of words: https://git.musl-libc.org/cgit/musl/tree/src/misc/getauxval.c
import type { Functions } from "./functions.ts";
import { functionAt } from "./functions.ts";
import type { Code } from "./text.ts";
import { is } from "./words.ts";

/** CMP x0, #23. */
const IS_SECURE = 0xf1005c1f | 0;
/** The most words of its frame before that, and of its body after it. */
const FRAME = 6;
const BODY = 24;

/** The indexes of the first words of such functions. */
export function ownGetauxval({ words }: Code, { starts }: Functions): number[] {
  const found: number[] = [];
  for (let index = words.indexOf(IS_SECURE); index >= 0; index = words.indexOf(IS_SECURE, index + 1)) {
    const start = starts[functionAt(starts, index)] ?? -1;
    const body = words.subarray(index + 1, index + BODY);
    if (start >= 0 && index - start <= FRAME && body.some(isNextPair) && body.some(isComparison)) found.push(start);
  }
  return found;
}

/** ADD xn, xn, #16; or a load that adds 16 to its address, after it or before. */
function isNextPair(word: number): boolean {
  const adds = is(word, 0xfffffc00, 0x91004000) && ((word >>> 5) & 31) === (word & 31);
  return adds || is(word, 0xfffff400, 0xf8410400);
}

/** CMP xn, x0, or CMP x0, xn. */
function isComparison(word: number): boolean {
  return is(word, 0xfffffc1f, 0xeb00001f) || is(word, 0xffe0ffff, 0xeb00001f);
}
