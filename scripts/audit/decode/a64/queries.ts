// Finds the queries of AArch64 code for the system's features, and the variables in which it stores the answers. Without names: published
// files are stripped.
import type { InspectedElf } from "../../elf/facts.ts";
import { variableTest } from "../../elf/file.ts";
import { askedFeatures } from "./asked.ts";
import type { Code } from "./text.ts";
import { endOf, functionAt, type Functions } from "./functions.ts";
import { eachStub, type Links } from "./links.ts";
import { ownGetauxval } from "./own-getauxval.ts";
import { constantFlags, OUTLINE, outlineFlags } from "./flags.ts";
import { EFFECT, isOutlineZero, KNOWN, newValues, step, type Values, type World } from "./values.ts";
import { FLOW, flowOf, is, isAdrp, pageOf, readsIdRegister, targetOf, writesRegister } from "./words.ts";

const PAGE = 4096;

export type Queries = {
  /** The knowledge about the other code, for reading a function. */
  world: World;
  /** Whether there is a query other than for the flag of outline atomics. */
  queriesFeatures: boolean;
  /** The features whose own bits the code tests. */
  asked: Set<string>;
};

/** Finds them in a piece of code. */
export function findQueries(elf: InspectedElf, code: Code, functions: Functions, links: Links): Queries {
  const stubs = new Set<number>();
  eachStub(code, (index, slot) => {
    if (links.querySlots.has(slot)) stubs.add(index);
  });
  const world: World = {
    base: code.base,
    querySlots: links.querySlots,
    pointers: links.pointers,
    answering: stubs,
    variables: outlineFlags(code, OUTLINE).union(constantFlags(elf.file, code)),
  };
  for (const at of ownGetauxval(code, functions)) stubs.add(at);
  for (const at of findForwarding(code, functions, stubs)) stubs.add(at);
  const querying = findQuerying(code, functions, world);
  const isVariable = variableTest(elf.file);
  const stored = new Set<number>();
  const answering = new Set([...stubs, ...querying.map((at) => functions.starts[at] as number)]);
  let queriesAny = links.asksOtherwise;
  // A querying function may store the answer in any form, for example as single bits; its callers store its result.
  for (const at of querying) {
    const places: number[] = [];
    walk(code, functions, at, world, ({ effect, place }) => {
      if (effect === EFFECT.store && isVariable(place)) places.push(place);
    });
    for (const place of places) stored.add(place);
    const isFlag = places.length > 0 && places.every((place) => world.variables.has(place));
    queriesAny ||= !isFlag && queriesFeatures(code, functions, at);
  }
  for (const at of callersOf(functions, querying))
    walk(code, functions, at, { ...world, answering }, ({ effect, place, stored: known }) => {
      if (effect === EFFECT.store && known === KNOWN.answer && isVariable(place)) stored.add(place);
    });
  return {
    world: { ...world, answering, variables: world.variables.union(stored) },
    queriesFeatures: queriesAny,
    asked: new Set(querying.flatMap((at) => [...askedFeatures(code, functions, at, world)])),
  };
}

/** Functions that only pass their argument on to a query function: their first branch is a jump to it, and x0 stays. */
function findForwarding({ words, landmarks }: Code, { starts }: Functions, stubs: Set<number>): number[] {
  const found: number[] = [];
  for (const index of stubs.size > 0 ? landmarks.jumps : []) {
    if (!stubs.has(targetOf(words[index] as number, index))) continue;
    const start = starts[functionAt(starts, index)] ?? -1;
    const before = words.subarray(start, index);
    if (start >= 0 && before.every((one) => flowOf(one) === FLOW.next && !writesRegister(one, 0))) found.push(start);
  }
  return found;
}

/** Whether the function may contain a test: it calls for an answer, or forms an address near one. */
export function mayTest({ base, words }: Code, functions: Functions, at: number, world: World, pages: Set<number>): boolean {
  for (let index = functions.starts[at] as number; index < endOf(functions.starts, words, at); index += 1) {
    const word = words[index] as number;
    if (readsIdRegister(word) || isOutlineZero(word)) return true;
    if (flowOf(word) === FLOW.call && world.answering.has(targetOf(word, index))) return true;
    if (isAdrp(word) && pages.has(pageOf(word, base + index * 4))) return true;
    // A linker may turn any ADRP and ADD into ADR.
    if (is(word, 0x9f000000, 0x10000000)) return true;
  }
  return false;
}

/** The pages of ADRPs that lead to answers. */
export function pagesOf(world: World): Set<number> {
  const pages = new Set<number>();
  const add = (place: number) => pages.add(Math.floor(place / PAGE) * PAGE);
  for (const place of world.variables) add(place);
  for (const place of world.querySlots) add(place);
  for (const [place, variable] of world.pointers) if (pages.has(Math.floor(variable / PAGE) * PAGE)) add(place);
  return pages;
}

/** Functions that call for an answer, read a register that describes the CPU, or load the address of a query function. */
function findQuerying(code: Code, functions: Functions, world: World): number[] {
  const { words, base, landmarks } = code;
  const slotPages = new Set([...world.querySlots].map((place) => Math.floor(place / PAGE) * PAGE));
  const querying = new Set<number>();
  const near = new Set<number>();
  for (const branches of [landmarks.calls, landmarks.jumps])
    for (const index of branches)
      if (world.answering.has(targetOf(words[index] as number, index))) querying.add(functionAt(functions.starts, index));
  for (const index of landmarks.idReads) querying.add(functionAt(functions.starts, index));
  for (const index of slotPages.size > 0 ? landmarks.pages : [])
    if (slotPages.has(pageOf(words[index] as number, base + index * 4))) near.add(functionAt(functions.starts, index));
  for (const at of near)
    walk(code, functions, at, world, ({ effect, place }) => {
      if (effect === EFFECT.load && world.querySlots.has(place)) querying.add(at);
    });
  // A stub is not a function of its own.
  return [...querying].filter((at) => at >= 0 && !world.answering.has(functions.starts[at] as number));
}

/** Whether a query is for features: AT_HWCAP is 16, AT_HWCAP2 26. Rust's std also queries the size of a signal stack. */
function queriesFeatures({ words }: Code, functions: Functions, at: number): boolean {
  const own = words.subarray(functions.starts[at], endOf(functions.starts, words, at));
  return own.some((word) => readsIdRegister(word) || is(word, 0x7fffffff, 0x52800200) || is(word, 0x7fffffff, 0x52800340));
}

function callersOf(functions: Functions, querying: number[]): Set<number> {
  const callers = new Set<number>();
  for (const at of querying)
    for (const site of functions.sites.subarray(functions.first[at], functions.first[at + 1]))
      callers.add(functionAt(functions.starts, site));
  return callers;
}

// Reads the words in order: the flow of control does not matter for the addresses that they compute.
function walk(code: Code, functions: Functions, at: number, world: World, visit: (values: Values) => void): void {
  if (at < 0) return;
  const values = newValues();
  for (let index = functions.starts[at] as number; index < endOf(functions.starts, code.words, at); index += 1) {
    step(values, code.words[index] as number, index, world);
    if (values.effect !== EFFECT.none) visit(values);
  }
}
