// The starts of the functions of a piece of AArch64 code, and the words that lead from one into another.
import { IndexList } from "../../../lib/index-list.ts";
import type { ElfFile } from "../../elf/file.ts";
import { eachStub, type Links } from "./links.ts";
import { eachUnwound, type Code } from "./text.ts";
import { FLOW, flowOf, is, isAdrp, pageOf, signedImmediate, targetOf } from "./words.ts";

export type Functions = {
  /** Indexes of the first words, ascending; a function ends at the start of the next one. */
  starts: Uint32Array;
  /** Words that lead into a function from outside, sorted by function: those of function f are from `first[f]` to `first[f + 1]`. */
  sites: Uint32Array;
  first: Uint32Array;
  /** Indexes inside a function that branches from outside lead to. */
  entries: Map<number, number[]>;
  /** The ends of functions by their starts, from the unwind table. */
  unwound: Map<number, number>;
  /** Indexes of words whose address the code computes. */
  taken: Set<number>;
};

const NOP = 0xd503201f | 0;

/** Functions by the unwind table, by addresses that are known outside of the code, and by calls. */
export function findFunctions(elf: ElfFile, code: Code, links: Links): Functions {
  const found = findStarts(elf, code, links);
  const stubs = new Map<number, number>();
  eachStub(code, (index, slot) => {
    const target = links.slots.get(slot);
    if (target !== undefined) stubs.set(index, target);
  });
  return { ...found, ...findSites(code.words, found.starts, stubs) };
}

/** A function of its own, so that the memory of its marks is free afterwards. */
function findStarts(elf: ElfFile, code: Code, { known }: Links): Pick<Functions, "starts" | "unwound" | "taken"> {
  const { words, base, landmarks } = code;
  const marks = new Uint8Array(words.length);
  const unwound = new Map<number, number>();
  eachUnwound(elf, (address, size) => {
    const index = (address - base) / 4;
    if (index < 0 || index >= words.length || !Number.isInteger(index)) return;
    marks[index] = 1;
    unwound.set(index, Math.min(words.length, index + Math.ceil(size / 4)));
  });
  for (const index of known) marks[index] = 1;
  for (const index of landmarks.calls) {
    const target = targetOf(words[index] as number, index);
    if (target >= 0 && target < words.length) marks[target] = 1;
  }
  markTailCalled(code, Uint32Array.from(indexesOf(marks)), marks);
  const first = Uint32Array.from(indexesOf(marks));
  const taken = takenIndexes(code, first);
  // Functions of assembler files, which have no unwind data. Inside a function with unwind data it is the base of a switch statement.
  for (const index of taken) {
    const before = first[functionAt(first, index)];
    const isInside = before !== undefined && (unwound.get(before) ?? 0) > index;
    if (!isInside && isBehindEnd(words, index)) marks[index] = 1;
  }
  return { starts: Uint32Array.from(indexesOf(marks)), unwound, taken };
}

/** The function that a word is in; -1 before the first. */
export function functionAt(starts: Uint32Array, index: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The end of a function, an index. */
export function endOf(starts: Uint32Array, words: Int32Array, at: number): number {
  return at + 1 < starts.length ? (starts[at + 1] as number) : words.length;
}

/** Marks targets of jumps out of functions, if nothing falls through into them: functions that are only tail-called and in no table. */
function markTailCalled({ words, landmarks }: Code, starts: Uint32Array, marks: Uint8Array): void {
  let at = -1;
  for (const index of landmarks.jumps) {
    while (at + 1 < starts.length && (starts[at + 1] as number) <= index) at += 1;
    const [low, high] = [starts[at] ?? 0, endOf(starts, words, at)];
    const target = targetOf(words[index] as number, index);
    if ((target >= low && target < high) || target < 0 || target >= words.length) continue;
    if (isBehindEnd(words, target)) marks[target] = 1;
  }
}

/** Whether nothing falls through to a word. */
function isBehindEnd(words: Int32Array, index: number): boolean {
  const before = words[index - 1] ?? 0;
  const flow = flowOf(before);
  return flow === FLOW.jump || flow === FLOW.jumpRegister || flow === FLOW.end || before === NOP;
}

/** Any ADRP and ADD in one function that fit together count, with any code between them. */
function takenIndexes({ base, words, landmarks }: Code, starts: Uint32Array): Set<number> {
  const taken = new Set<number>();
  const take = (address: number) => {
    const index = (address - base) / 4;
    if (index >= 0 && index < words.length && Number.isInteger(index)) taken.add(index);
  };
  const isNear = (page: number) => page + 4096 > base && page < base + words.length * 4;
  for (const index of landmarks.addresses)
    if (index >= (starts[0] ?? Infinity)) take(base + index * 4 + signedImmediate(words[index] as number));
  const pages: Set<number>[] = Array.from({ length: 32 }, () => new Set());
  let done = starts[0] ?? Infinity;
  for (const first of landmarks.pages) {
    // The function of an earlier one is read to its end.
    if (first < done || !isNear(pageOf(words[first] as number, base + first * 4))) continue;
    done = endOf(starts, words, functionAt(starts, first));
    for (let index = first; index < done; index += 1) {
      const word = words[index] as number;
      if (isAdrp(word)) {
        const page = pageOf(word, base + index * 4);
        if (isNear(page)) pages[word & 31]?.add(page);
      } else if (is(word, 0xffc00000, 0x91000000))
        for (const page of pages[(word >>> 5) & 31] as Set<number>) take(page + ((word >>> 10) & 0xfff));
    }
    for (const set of pages) set.clear();
  }
  return taken;
}

function* indexesOf(marks: Uint8Array): Generator<number> {
  for (let index = marks.indexOf(1); index >= 0; index = marks.indexOf(1, index + 1)) yield index;
}

function findSites(words: Int32Array, starts: Uint32Array, stubs: Map<number, number>): Pick<Functions, "entries" | "sites" | "first"> {
  const [from, to] = [new IndexList(), new IndexList()];
  const entries = new Map<number, number[]>();
  const enter = (index: number, target: number) => {
    const into = functionAt(starts, target);
    if (into < 0) return;
    from.push(index);
    to.push(into);
    if (starts[into] === target) return;
    const list = entries.get(into);
    if (list) list.push(target);
    else entries.set(into, [target]);
  };
  for (let at = -1; at < starts.length; at += 1) {
    const [low, high] = [starts[at] ?? 0, endOf(starts, words, at)];
    for (let index = low; index < high; index += 1) {
      const word = words[index] as number;
      const flow = flowOf(word);
      if (flow === FLOW.jump || flow === FLOW.condition || flow === FLOW.call) {
        const target = targetOf(word, index);
        if ((target < low || target >= high) && target >= 0 && target < words.length) enter(index, target);
      }
      // Code that falls through the end of a function runs the next one. A call there does not return.
      if (index === high - 1 && high < words.length && word !== NOP && (flow === FLOW.next || flow === FLOW.condition)) enter(index, high);
    }
  }
  for (const [index, target] of stubs) enter(index, target);
  return { entries, ...sortSites(from.items, to.items, starts.length) };
}

function sortSites(from: Uint32Array, to: Uint32Array, count: number): { sites: Uint32Array; first: Uint32Array } {
  const first = new Uint32Array(count + 1);
  for (const into of to) first[into + 1] = (first[into + 1] as number) + 1;
  for (let at = 0; at < count; at += 1) first[at + 1] = (first[at + 1] as number) + (first[at] as number);
  const next = first.slice();
  const sites = new Uint32Array(from.length);
  for (const [order, index] of from.entries()) {
    const place = next[to[order] as number] as number;
    sites[place] = index;
    next[to[order] as number] = place + 1;
  }
  return { sites, first };
}
