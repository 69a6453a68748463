// Three places in LLVM's unwinder, which Rust and zig link into every file, and one in GCC's have instructions beyond ARMv8.0 without a test of
// the system's features. Data of the unwound frames leads to them, and only code that needs the feature has such data. The files are
// stripped, so the shape of the code identifies these places. Sources: LLVM's libunwind/src, Registers.hpp, DwarfInstructions.hpp,
// UnwindRegistersRestore.S; GCC's libgcc/unwind-dw2.c.
import { FLOW, flowOf, is, targetOf } from "./words.ts";

/** Whether the word at an index is one of them; `low` and `high` are the ends of its function. */
export function isUnwinders(words: Int32Array, low: number, high: number, index: number): boolean {
  const word = words[index] as number;
  if (isVectorLength(word)) return readsVectorLength(words, low, high);
  return isTagLoop(words, low, high, index) || isLazySave(words, low, high, index);
}

/** CNTD Xd: the number of doublewords in a vector. */
function isVectorLength(word: number): boolean {
  return is(word, 0xffffffe0, 0x04e0e3e0);
}

// Registers_arm64::getRegister of VG, number 46 in DWARF, which only unwind tables of SVE code contain: CMP with 46, and no other SVE.
function readsVectorLength(words: Int32Array, low: number, high: number): boolean {
  let compares = false;
  for (const word of words.subarray(low, high)) {
    if (is(word, 0x1e000000, 0x04000000) && !isVectorLength(word)) return false;
    if (is(word, 0xfffffc1f, 0x7100b81f)) compares = true;
  }
  return compares;
}

// stepWithDwarf and libgcc's uw_update_context, for frames with the augmentation G of tagged stacks: a loop over `stg xn, [xn]; add xn, xn,
// #16; cmp xn, xm; b.lo`, of which libgcc's has a copy before, and no other instruction of that extension in the function.
function isTagLoop(words: Int32Array, low: number, high: number, index: number): boolean {
  if (!isTag(words[index] ?? 0)) return false;
  const tags: number[] = [];
  for (let at = low; at < high; at += 1) if (isTag(words[at] ?? 0)) tags.push(at);
  const loops = (at: number) => tags.includes(targetOf(words[at + 3] ?? 0, at + 3));
  return tags.every((at) => isTagStep(words, at)) && tags.some(loops);
}

// STG and the other instructions of its group.
function isTag(word: number): boolean {
  return is(word, 0xff200000, 0xd9200000);
}

// The branch is B.LO to go on, or B.HS to leave.
function isTagStep(words: Int32Array, index: number): boolean {
  const [tag = 0, add = 0, compare = 0, branch = 0] = words.subarray(index, index + 4);
  const register = tag & 31;
  if (!is(tag, 0xfffffc00, 0xd9200800) || ((tag >>> 5) & 31) !== register) return false;
  if (!is(add, 0xffffffff, 0x91004000 | (register << 5) | register) || !is(compare, 0xffe0ffff, 0xeb00001f | (register << 5))) return false;
  return is(branch, 0xff00001e, 0x54000002);
}

// The routine of the AAPCS64 that stores ZA lazily: it starts with MRS x16, TPIDR2_EL0, which itself needs SME, so its callers must know
// that the CPU has it. STR ZA[w15, 0], [x16] and ADDSVL x16, x16, #1.
function isLazySave(words: Int32Array, low: number, high: number, index: number): boolean {
  if (!is(words[index] ?? 0, 0xffffffff, 0xe1206200) && !is(words[index] ?? 0, 0xffffffff, 0x04305830)) return false;
  const start = flowOf(words[low] ?? 0) === FLOW.next && is(words[low] ?? 0, 0xffffff3f, 0xd503241f) ? low + 1 : low;
  return high > start && is(words[start] ?? 0, 0xffffffff, 0xd53bd0b0);
}
