// Flags in memory that code tests before it runs an instruction.
import { offsetOf, PF_WRITE, type ElfFile } from "../../elf/file.ts";
import type { Code } from "./text.ts";
import { functionAt, type Functions } from "./functions.ts";
import { is, pageOf } from "./words.ts";

/**
 * Only the run-time libraries of GCC and LLVM have such functions with x16 (libgcc's lse.S, compiler-rt's aarch64/lse.S), since it is the
 * only register that they may change. The shape identifies their flag: zig's is never set, so that no querying function leads to it.
 */
export const OUTLINE = 16;
/** The most words between the page of a flag and its store. */
const REACH = 4;

/** The flags of outline atomics that code tests, in one register or in any: `adrp xn; ldrb wn, [xn, #flag]; cbz wn`, then an LSE instruction. */
export function outlineFlags({ base, words, landmarks }: Code, only?: number): Set<number> {
  const flags = new Set<number>();
  for (const at of landmarks.pages) {
    const page = words[at] as number;
    const register = page & 31;
    if (only !== undefined && register !== only) continue;
    const [load, test, swap] = [words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
    if (!is(load, 0xffc003ff, 0x39400000 | (register << 5) | register)) continue;
    if (!is(test, 0xff00001f, 0x34000000 | register)) continue;
    const atomic = is(swap, 0x3f200c00, 0x38200000) || is(swap, 0x3fa07c00, 0x08a07c00) || is(swap, 0xbfa17c01, 0x08207c00);
    if (atomic) flags.add(pageOf(page, base + at * 4) + ((load >>> 10) & 0xfff));
  }
  return flags;
}

/**
 * Flags that are false for ever: read-only bytes that are 0, in code that ADRP and LDRB read. Compilers fold such constants, and linkers do
 * not: LLVM's routines for SME test one of another file, which in a build without a query is a constant.
 */
export function constantFlags(elf: ElfFile, { base, words, landmarks }: Code): Set<number> {
  const flags = new Set<number>();
  const readOnly = { ...elf, segments: elf.segments.filter((segment) => (segment.flags & PF_WRITE) === 0) };
  for (const at of landmarks.pages) {
    const [page, load = 0] = [words[at] as number, words[at + 1]];
    if (!is(load, 0xffc003e0, 0x39400000 | ((page & 31) << 5))) continue;
    const place = pageOf(page, base + at * 4) + ((load >>> 10) & 0xfff);
    const offset = offsetOf(readOnly, place);
    if (offset !== undefined && elf.bytes[offset] === 0) flags.add(place);
  }
  return flags;
}

/**
 * Rust's functions use another register, and a function that only runs after a test sets their flag (`__rust_enable_lse`). Such flags are
 * answers too. Whether the code computes the address of that function does not count: in large files some ADRP and ADD fit any address.
 */
export function flagsSetBehindTests(code: Code, functions: Functions, isGuarded: (index: number) => boolean): Set<number> {
  const { base, words, landmarks } = code;
  const flags = outlineFlags(code);
  const set = new Set<number>();
  for (const at of flags.size > 0 ? landmarks.pages : []) {
    const page = words[at] as number;
    for (let index = at + 1; index <= at + REACH; index += 1) {
      const store = words[index] ?? 0;
      if (!is(store, 0xffc00000, 0x39000000) || ((store >>> 5) & 31) !== (page & 31)) continue;
      const place = pageOf(page, base + at * 4) + ((store >>> 10) & 0xfff);
      if (!flags.has(place)) continue;
      if (isGuarded(index) || areCallsGuarded(functions, functionAt(functions.starts, index), isGuarded)) set.add(place);
      else flags.delete(place);
    }
  }
  return set.intersection(flags);
}

function areCallsGuarded({ sites, first }: Functions, at: number, isGuarded: (index: number) => boolean): boolean {
  const calls = at < 0 ? [] : [...sites.subarray(first[at], first[at + 1])];
  return calls.length > 0 && calls.every((site) => isGuarded(site));
}
