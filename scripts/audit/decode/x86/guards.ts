// Finds the instructions that run only behind a run-time test of the processor. It works on functions: the code of a function before its
// first test, and all code that this part reaches, is not guarded. Errors should be on the side of "unguarded", with one exception: it does
// not check that the test is for the feature of the instruction.
import type { Guard } from "../uses.ts";
import { createCalls, functionOf, spread, type Calls } from "./calls.ts";
import { findChoices, tableTest, type Choices } from "./choices.ts";
import { EVENT } from "./events.ts";
import type { Relocations } from "./relocations.ts";
import type { Scan } from "./scan.ts";
import { tableUses } from "./tables.ts";
import { detectionVariables } from "./variables.ts";

/** The most functions that pass an answer on. */
const ANSWER_DEPTH = 2;

/** The guard of each hit of a scan; `exported` are the addresses that other files may call. */
export function findGuards(scan: Scan, relocations: Relocations, exported: number[]): Guard[] {
  const tables = tableUses(scan, relocations);
  const calls = createCalls(scan, tables.uses);
  const firstTests = findFirstTests(scan, calls, detectionVariables(scan, calls, relocations));
  const entries = [...exported, ...relocations.entries, ...relocations.resolvers];
  const open = findUnguarded(calls, firstTests, [...entries, ...tables.roots.map(({ target }) => target)]);
  const isIn = (functions: Uint8Array, site: number) => {
    const index = functionOf(calls.starts, site);
    return index < 0 || (functions[index] === 1 && site <= (firstTests[index] as number));
  };
  const guards = scan.hits.sites.map((site): Guard => (isIn(open, site) ? "open" : "guarded"));
  if (!queriesCpu(scan)) return guards;
  const choices = findChoices(scan, calls, (hit) => guards[hit] === "open");
  const isChosenAt = tableTest(calls, relocations.pointers, choices.levels);
  const roots = [...entries, ...tables.roots.filter(({ slot }) => !isChosenAt(slot)).map(({ target }) => target)];
  const unchosen = findUnguarded(calls, firstTests, roots, choices);
  return guards.map((guard, hit) => (guard === "open" && !isIn(unchosen, scan.hits.sites[hit] as number) ? "dispatched" : guard));
}

function queriesCpu({ events }: Scan): boolean {
  for (let index = 0; index < events.length; index += 1) if (events.kind(index) === EVENT.identify) return true;
  return false;
}

/** The first place in each function that tests the processor; Infinity without one. */
function findFirstTests(scan: Scan, calls: Calls, variables: Set<number>): Float64Array {
  const { events } = scan;
  const { starts, functions, targets } = calls;
  const first = new Float64Array(starts.length).fill(Infinity);
  const addTest = (index: number) => {
    const own = functions[index] as number;
    if (own >= 0) first[own] = Math.min(first[own] as number, events.site(index));
  };
  events.forEach((index, kind, target) => {
    const isLoad = kind === EVENT.load || kind === EVENT.addressOf;
    if (kind === EVENT.identify || (isLoad && variables.has(target))) addTest(index);
  });
  // A call of a function that returns whether the processor has a feature, if the caller tests the result.
  for (let depth = 1; depth <= ANSWER_DEPTH; depth += 1) {
    const answers = findAnswering(scan, calls, first);
    events.forEach((index, kind) => {
      if (kind === EVENT.testedCall && answers[targets[index] as number] === 1) addTest(index);
    });
  }
  return first;
}

// Functions that only test. The result of a function that does other work means something else, such as the position that a search found.
function findAnswering({ events, hits }: Scan, { starts, functions, targets }: Calls, firstTests: Float64Array): Uint8Array {
  const answers = Uint8Array.from(firstTests, (test) => (test < Infinity ? 1 : 0));
  const queriers = new Set<number>();
  events.forEach((index, kind) => {
    if (kind === EVENT.identify) queriers.add(functions[index] as number);
  });
  events.forEach((index, kind) => {
    const [own, target] = [functions[index] as number, targets[index] as number];
    const isOwn = own === target || queriers.has(target) || queriers.has(own);
    if (kind === EVENT.unknownCall || (kind <= EVENT.take && !isOwn && answers[target] !== 1)) answers[own] = 0;
  });
  for (const site of hits.sites) answers[functionOf(starts, site)] = 0;
  return answers;
}

// Functions that run without a test: those reached from outside, and from functions without a known call, since something may call them
// anyway. With `choices`, functions that run without a choice too; code of a level without a known call does not count then.
function findUnguarded(calls: Calls, firstTests: Float64Array, roots: number[], choices?: Choices): Uint8Array {
  const open = new Uint8Array(calls.starts.length);
  const reached = new Uint8Array(calls.starts.length);
  const isBeforeTest = (from: number, site: number, kind: number, to: number) =>
    (firstTests[from] === Infinity || (site < (firstTests[from] as number) && kind !== EVENT.take)) &&
    choices?.isChoice(from, site, kind, to) !== true;
  const start = (index: number) => {
    spread(calls, index, open, isBeforeTest);
    spread(calls, index, reached, () => true);
  };
  for (const address of roots) {
    const index = functionOf(calls.starts, address);
    if (index >= 0) start(index);
  }
  const mayStart = (index: number) => choices?.levels.has(index) !== true;
  calls.isReferred.forEach((referred, index) => referred === 0 && mayStart(index) && start(index));
  // The functions that are left form cycles.
  reached.forEach((mark, index) => mark === 0 && mayStart(index) && start(index));
  return open;
}
