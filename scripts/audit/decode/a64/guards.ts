// Finds the instructions of AArch64 code that run only after a test of the system's features. In doubt an instruction is not guarded. The
// feature of the test is not compared with that of the instruction.
import type { InspectedElf } from "../../elf/facts.ts";
import type { Reach } from "../uses.ts";
import { readEntries } from "../entries.ts";
import { classifyWords, WORD } from "./data.ts";
import type { Code } from "./text.ts";
import { markGuarded } from "./function-guards.ts";
import { endOf, findFunctions, functionAt, type Functions } from "./functions.ts";
import { readLinks, type Links } from "./links.ts";
import { flagsSetBehindTests } from "./flags.ts";
import { findQueries, mayTest, pagesOf } from "./queries.ts";
import { isUnwinders } from "./unwinder.ts";
import type { World } from "./values.ts";

/** A file that is not position-independent may contain addresses of functions without relocations. */
const ET_DYN = 3;

/** The number of no function, for words that nothing leads to. */
const APART = -2;

export type Guards = {
  /** 1 for each guarded index: it is guarded in its function, or all calls of the function are guarded. */
  guarded: Uint8Array;
  functionAt: (index: number) => number;
  isData: (index: number) => boolean;
  reach: Reach;
};

/** Finds the guarded ones among the indexes of some words, ascending. */
export function findGuards(elf: InspectedElf, code: Code, indexes: Uint32Array): Guards {
  const links = readLinks(elf, code);
  const functions = findFunctions(elf.file, code, links);
  const { starts } = functions;
  const queries = findQueries(elf, code, functions, links);
  const isGuardedAt = guardTest(code, functions, queries.world);
  const flags = flagsSetBehindTests(code, functions, isGuardedAt);
  const world = { ...queries.world, variables: queries.world.variables.union(flags) };
  const isGuarded = flags.size === 0 ? isGuardedAt : guardTest(code, functions, world);
  const found = Uint8Array.from(indexes, (index) => {
    const at = functionAt(starts, index);
    if (at < 0) return 0;
    return isGuarded(index) || isUnwinders(code.words, starts[at] as number, endOf(starts, code.words, at), index) ? 1 : 0;
  });
  const kindOf = wordTest(code, functions);
  const unguarded = new Set<number>();
  for (const [order, index] of indexes.entries())
    if (found[order] === 0 && kindOf(index) === WORD.own) unguarded.add(functionAt(starts, index));
  const { loaded, exported } = readEntries(elf);
  const toFunctions = (addresses: number[]) => addresses.map((address) => functionAt(starts, (address - code.base) / 4));
  const outer = exported.filter(({ weak, address }) => !weak && !isUsedInside(functions, links, (address - code.base) / 4));
  const [entered, called] = [new Set(toFunctions(loaded)), new Set(toFunctions(outer.map(({ address }) => address)))];
  const guards: Guards = {
    guarded: found,
    functionAt: (index) => (kindOf(index) === WORD.own ? functionAt(starts, index) : APART),
    isData: (index) => kindOf(index) === WORD.data,
    reach: {
      queriesFeatures: queries.queriesFeatures,
      functions: starts.length,
      // A library that asks for a feature leaves the choice among its functions to its user: libsodium has AES-GCM for CPUs with AES only.
      isEntered: (wanted, feature) =>
        leadsTo(functions, wanted, (site) => isGuarded(site) || kindOf(site) === WORD.data).some(
          (at) => at < 0 || entered.has(at) || (called.has(at) && !queries.asked.has(feature)),
        ),
    },
  };
  if (unguarded.size === 0 || elf.file.type !== ET_DYN) return guards;
  const behindCalls = guardedFunctions(functions, unguarded, links.known, isGuarded);
  for (const [order, index] of indexes.entries()) if (behindCalls.has(functionAt(starts, index))) found[order] = 1;
  return guards;
}

/**
 * Whether the file itself calls an exported function, or has its address. Then the file says when the function runs: libraries export the
 * implementations that they choose from. Weak ones are copies of inline functions and templates.
 */
function isUsedInside({ starts, first, taken }: Functions, { referred }: Links, index: number): boolean {
  const at = functionAt(starts, index);
  return at >= 0 && (first[at] !== first[at + 1] || taken.has(index) || referred.has(index));
}

/** The wanted functions, and all that lead to them by calls without a test. */
function leadsTo({ starts, sites, first }: Functions, wanted: Set<number>, isCut: (site: number) => boolean): number[] {
  const found = new Set(wanted);
  found.delete(APART);
  for (const at of found)
    for (const site of sites.subarray(first[at], first[at + 1])) if (!isCut(site)) found.add(functionAt(starts, site));
  return [...found];
}

/** Returns what a word of a function is; it reads a function with the first query of one of its words. */
function wordTest(code: Code, functions: Functions): (index: number) => number {
  const kinds = new Uint8Array(code.words.length);
  const read = new Uint8Array(functions.starts.length);
  return (index) => {
    const at = functionAt(functions.starts, index);
    // Unwind data is of code: compilers and assemblers write it for instructions.
    if (at < 0 || (functions.unwound.get(functions.starts[at] as number) ?? 0) > index) return WORD.own;
    if (read[at] === 0) classifyWords(code, functions, at, kinds);
    read[at] = 1;
    return kinds[index] as number;
  };
}

/** Returns a test for words that are guarded in their function; it reads a function with the first query of one of its words. */
function guardTest(code: Code, functions: Functions, world: World): (index: number) => boolean {
  const { starts, entries } = functions;
  const guarded = new Uint8Array(code.words.length);
  const read = new Uint8Array(starts.length);
  const pages = pagesOf(world);
  return (index) => {
    const at = functionAt(starts, index);
    if (at < 0) return false;
    if (read[at] === 0 && mayTest(code, functions, at, world, pages))
      markGuarded(code, starts[at] as number, endOf(starts, code.words, at), entries.get(at) ?? [], world, guarded);
    read[at] = 1;
    return guarded[index] === 1;
  };
}

/**
 * Functions of which every call is guarded, or is in such a function. First all functions that lead to the wanted ones are candidates.
 * Functions without a known call, and those whose address is known elsewhere, are removed, and then the functions that they call.
 */
function guardedFunctions(
  functions: Functions,
  wanted: Set<number>,
  known: Set<number>,
  isGuarded: (index: number) => boolean,
): Set<number> {
  const { starts, sites, first, taken } = functions;
  const candidates = new Set<number>();
  const lost: number[] = [];
  const callees = new Map<number, number[]>();
  const work = [...wanted];
  while (work.length > 0) {
    const at = work.pop() as number;
    if (candidates.has(at)) continue;
    candidates.add(at);
    const [from, to] = [first[at] as number, first[at + 1] as number];
    if (at < 0 || from === to || taken.has(starts[at] as number) || known.has(starts[at] as number)) {
      lost.push(at);
      continue;
    }
    for (const site of sites.subarray(from, to)) {
      if (isGuarded(site)) continue;
      const caller = functionAt(starts, site);
      const list = callees.get(caller);
      if (list) list.push(at);
      else callees.set(caller, [at]);
      work.push(caller);
    }
  }
  while (lost.length > 0) {
    const at = lost.pop() as number;
    if (candidates.delete(at)) for (const callee of callees.get(at) ?? []) lost.push(callee);
  }
  return candidates;
}
