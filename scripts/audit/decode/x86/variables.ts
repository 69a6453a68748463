// The variables in which a file stores the features of the processor. They have no names, so the code that writes them identifies them.
import type { Calls } from "./calls.ts";
import { namedVariables } from "./detection.ts";
import { EVENT, widthOf } from "./events.ts";
import type { Relocations } from "./relocations.ts";
import type { Scan } from "./scan.ts";

const CALLER_DEPTH = 2;
/** The most bytes of code between a query and the store of its answer: the code splits the result of CPUID first. */
const STORES_WITHIN = { cpuid: 4096, call: 64 };
const MOST_CHOICE_BYTES = 4;
const GIVEN_BYTES = 16;

/** The addresses of their bytes. */
export function detectionVariables(scan: Scan, calls: Calls, relocations: Relocations): Set<number> {
  const detectors = findDetectors(scan, calls);
  const variables = findAnswers(scan, calls, detectors)
    .union(findGiven(scan, calls, detectors))
    .union(namedVariables(scan.file, relocations));
  return variables.union(findChoices(scan, calls, variables));
}

/** Functions that query the processor, with the number of calls between. */
function findDetectors({ events }: Scan, { functions, targets }: Calls): Map<number, number> {
  const detectors = new Map<number, number>();
  events.forEach((index, kind) => {
    if (kind === EVENT.identify) detectors.set(functions[index] as number, 0);
  });
  for (let depth = 1; depth <= CALLER_DEPTH; depth += 1)
    events.forEach((index, kind) => {
      if (kind > EVENT.jump || detectors.get(targets[index] as number) !== depth - 1) return;
      const caller = functions[index] as number;
      if (!detectors.has(caller)) detectors.set(caller, depth);
    });
  return detectors;
}

function isCall(kind: number): boolean {
  return kind <= EVENT.testedCall || kind === EVENT.unknownCall;
}

// Variables to which only detectors write an answer. A detector may do other work, so only its writes between the answer and its next call
// count, and the writes of its callers right after the call.
function findAnswers({ events }: Scan, { functions, targets }: Calls, detectors: Map<number, number>): Set<number> {
  const variables = new Set<number>();
  const others = new Set<number>();
  let [querier, answeredAt, within] = [-1, 0, 0];
  events.forEach((index, kind, target) => {
    const own = functions[index] as number;
    const site = events.site(index);
    if (kind === EVENT.identify) [querier, answeredAt, within] = [own, site, STORES_WITHIN.cpuid];
    else if (isCall(kind)) {
      const queries = (detectors.get(targets[index] as number) ?? CALLER_DEPTH) < CALLER_DEPTH;
      [querier, answeredAt, within] = [queries ? own : -1, site, STORES_WITHIN.call];
    }
    if (kind < EVENT.addressOf) return;
    const isAnswer = own === querier && site - answeredAt <= within;
    const written = isAnswer ? variables : detectors.has(own) ? undefined : others;
    for (let byte = 0; byte < widthOf(kind); byte += 1) written?.add(target + byte);
    // Code writes a structure through its address.
    if (kind === EVENT.addressOf && isAnswer && within === STORES_WITHIN.cpuid) variables.add(target);
  });
  return variables.difference(others);
}

// Variables whose addresses are arguments of a function that queries the processor, as in OpenSSL. If the function calls others, its
// arguments may mean anything.
function findGiven({ events }: Scan, { functions, targets }: Calls, detectors: Map<number, number>): Set<number> {
  const callers = new Set<number>();
  events.forEach((index, kind) => {
    if (isCall(kind)) callers.add(functions[index] as number);
  });
  const variables = new Set<number>();
  let given: number[] = [];
  events.forEach((index, kind) => {
    if (kind === EVENT.addressOf) given.push(index);
    const callee = targets[index] as number;
    // A jump to another function is a tail call.
    if (!isCall(kind) && (kind !== EVENT.jump || callee === functions[index])) return;
    if (detectors.get(callee) === 0 && !callers.has(callee))
      for (const at of given)
        if (functions[at] === functions[index] && events.site(index) - events.site(at) <= STORES_WITHIN.call)
          for (let byte = 0; byte < GIVEN_BYTES; byte += 1) variables.add(events.target(at) + byte);
    given = [];
  });
  return variables;
}

// Small variables with a choice that depends on the answer: written right after a test and nowhere else.
function findChoices({ events }: Scan, { functions }: Calls, variables: Set<number>): Set<number> {
  const choices = new Set<number>();
  const others = new Set<number>();
  let [querier, testedAt] = [-1, 0];
  events.forEach((index, kind, target) => {
    const own = functions[index] as number;
    const site = events.site(index);
    if (isCall(kind)) querier = -1;
    else if (kind > EVENT.store) {
      const isChoice = own === querier && site - testedAt <= STORES_WITHIN.call && widthOf(kind) <= MOST_CHOICE_BYTES;
      for (let byte = 0; byte < widthOf(kind); byte += 1) (isChoice ? choices : others).add(target + byte);
    } else if (kind >= EVENT.load && variables.has(target)) [querier, testedAt] = [own, site];
  });
  return choices.difference(others);
}
