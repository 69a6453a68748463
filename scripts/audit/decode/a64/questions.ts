// Where AArch64 code asks the system for its features, and the variables in which it keeps the answers. No names: published files are
// stripped.
import type { InspectedElf } from "../../elf/facts.ts";
import { variableTest } from "../../elf/file.ts";
import type { Code } from "./text.ts";
import { endOf, functionAt, type Functions } from "./functions.ts";
import { eachStub, type Links } from "./links.ts";
import { EFFECT, isOutlineZero, KNOWN, newValues, step, type Values, type World } from "./values.ts";
import { FLOW, flowOf, is, isAdrp, pageOf, readsIdRegister, targetOf } from "./words.ts";

const PAGE = 4096;

export type Questions = {
  /** What the code around a function knows, for reading that function. */
  world: World;
  /** Whether anything is asked but for the flag of outline atomics. */
  asks: boolean;
};

/** Finds them in a piece of code. */
export function findQuestions(elf: InspectedElf, code: Code, functions: Functions, links: Links): Questions {
  const stubs = new Set<number>();
  eachStub(code, (index, slot) => {
    if (links.askerSlots.has(slot)) stubs.add(index);
  });
  const world: World = {
    base: code.base,
    askerSlots: links.askerSlots,
    pointers: links.pointers,
    answering: stubs,
    variables: outlineFlags(code),
  };
  const askers = findAskers(code, functions, world);
  const isVariable = variableTest(elf.file);
  const stored = new Set<number>();
  const answering = new Set([...stubs, ...askers.map((at) => functions.starts[at] as number)]);
  let asks = links.hasResolvers;
  // A function that asks may store an answer in any form, bit by bit say; its callers store what it returns.
  for (const at of askers) {
    const places: number[] = [];
    walk(code, functions, at, world, ({ effect, place }) => {
      if (effect === EFFECT.store && isVariable(place)) places.push(place);
    });
    for (const place of places) stored.add(place);
    const isFlag = places.length > 0 && places.every((place) => world.variables.has(place));
    asks ||= !isFlag && asksForFeatures(code, functions, at);
  }
  for (const at of callersOf(functions, askers))
    walk(code, functions, at, { ...world, answering }, ({ effect, place, stored: known }) => {
      if (effect === EFFECT.store && known === KNOWN.answer && isVariable(place)) stored.add(place);
    });
  return { world: { ...world, answering, variables: world.variables.union(stored) }, asks };
}

/** Whether there can be a test in the function: it calls for an answer, or comes near a place that holds one. */
export function mayTest({ base, words }: Code, functions: Functions, at: number, world: World, pages: Set<number>): boolean {
  for (let index = functions.starts[at] as number; index < endOf(functions.starts, words, at); index += 1) {
    const word = words[index] as number;
    if (readsIdRegister(word) || isOutlineZero(word)) return true;
    if (flowOf(word) === FLOW.call && world.answering.has(targetOf(word, index))) return true;
    if (isAdrp(word) && pages.has(pageOf(word, base + index * 4))) return true;
    // ADR may stand for any ADRP and ADD.
    if (is(word, 0x9f000000, 0x10000000)) return true;
  }
  return false;
}

/** The pages that an ADRP to an answer's place gives. */
export function pagesOf(world: World): Set<number> {
  const pages = new Set<number>();
  const add = (place: number) => pages.add(Math.floor(place / PAGE) * PAGE);
  for (const place of world.variables) add(place);
  for (const place of world.askerSlots) add(place);
  for (const [place, variable] of world.pointers) if (pages.has(Math.floor(variable / PAGE) * PAGE)) add(place);
  return pages;
}

/**
 * The flags of outline atomics: `adrp x16; ldrb w16, [x16, #n]; cbz w16`, then an LSE instruction. Only the run-time libraries of
 * GCC and LLVM have such functions (libgcc's lse.S, compiler-rt's aarch64/lse.S): x16 is the only register that they may change. Their
 * flag is named by shape since zig's never gets a value, and so no function that asks leads to it.
 */
function outlineFlags({ base, words }: Code): Set<number> {
  const flags = new Set<number>();
  for (let at = 0; at + 3 < words.length; at += 1) {
    const page = words[at] as number;
    if (!is(page, 0x9f00001f, 0x90000010)) continue;
    const [load = 0, test = 0, swap = 0] = words.subarray(at + 1, at + 4);
    if (!is(load, 0xffc003ff, 0x39400210) || !is(test, 0xff00001f, 0x34000010)) continue;
    const atomic = is(swap, 0x3f200c00, 0x38200000) || is(swap, 0x3fa07c00, 0x08a07c00) || is(swap, 0xbfa17c01, 0x08207c00);
    if (atomic) flags.add(pageOf(page, base + at * 4) + ((load >>> 10) & 0xfff));
  }
  return flags;
}

/** Functions that call for an answer, read a register that describes the CPU, or load the address of what they ask. */
function findAskers(code: Code, functions: Functions, world: World): number[] {
  const { words, base } = code;
  const slotPages = new Set([...world.askerSlots].map((place) => Math.floor(place / PAGE) * PAGE));
  const askers = new Set<number>();
  const near = new Set<number>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as number;
    const flow = flowOf(word);
    if (flow === FLOW.call || flow === FLOW.jump ? world.answering.has(targetOf(word, index)) : readsIdRegister(word))
      askers.add(functionAt(functions.starts, index));
    else if (isAdrp(word) && slotPages.has(pageOf(word, base + index * 4))) near.add(functionAt(functions.starts, index));
  }
  for (const at of near)
    walk(code, functions, at, world, ({ effect, place }) => {
      if (effect === EFFECT.load && world.askerSlots.has(place)) askers.add(at);
    });
  // A stub is no function of its own.
  return [...askers].filter((at) => at >= 0 && !world.answering.has(functions.starts[at] as number));
}

/** Whether a function that asks asks for features: AT_HWCAP is 16, AT_HWCAP2 26, and Rust's std asks for the size of a signal stack too. */
function asksForFeatures({ words }: Code, functions: Functions, at: number): boolean {
  const own = words.subarray(functions.starts[at], endOf(functions.starts, words, at));
  return own.some((word) => readsIdRegister(word) || is(word, 0x7fffffff, 0x52800200) || is(word, 0x7fffffff, 0x52800340));
}

function callersOf(functions: Functions, askers: number[]): Set<number> {
  const callers = new Set<number>();
  for (const at of askers)
    for (const site of functions.sites.subarray(functions.first[at], functions.first[at + 1]))
      callers.add(functionAt(functions.starts, site));
  return callers;
}

// Straight through the words: which way they run does not matter for where addresses are formed.
function walk(code: Code, functions: Functions, at: number, world: World, visit: (values: Values) => void): void {
  if (at < 0) return;
  const values = newValues();
  for (let index = functions.starts[at] as number; index < endOf(functions.starts, code.words, at); index += 1) {
    step(values, code.words[index] as number, index, world);
    if (values.effect !== EFFECT.none) visit(values);
  }
}
