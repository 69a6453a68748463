// The variables in which a file keeps what the processor can do. Nothing names them, so they are told by who writes them and when.
import type { Calls } from "./calls.ts";
import { namedVariables } from "./detection.ts";
import { EVENT, widthOf } from "./events.ts";
import type { Relocations } from "./relocations.ts";
import type { Scan } from "./scan.ts";

const CALLER_DEPTH = 2;
/** How many bytes of code behind the question its answer is stored at most: the one of CPUID has to be taken apart first. */
const STORES_WITHIN = { cpuid: 4096, call: 64 };
const MOST_CHOICE_BYTES = 4;
const GIVEN_BYTES = 16;

/** The addresses of all their bytes. */
export function detectionVariables(scan: Scan, calls: Calls, relocations: Relocations): Set<number> {
  const detectors = findDetectors(scan, calls);
  const variables = findAnswers(scan, calls, detectors)
    .union(findGiven(scan, calls, detectors))
    .union(namedVariables(scan.file, relocations));
  return variables.union(findChoices(scan, calls, variables));
}

/** Functions that ask the processor, with how many calls lie between. */
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

// What a detector writes the answer to and nothing else writes. A detector may do much else, so only what it writes between the answer and
// its next call counts; what its callers write, right behind the call.
function findAnswers({ events }: Scan, { functions, targets }: Calls, detectors: Map<number, number>): Set<number> {
  const variables = new Set<number>();
  const others = new Set<number>();
  let [asker, answeredAt, within] = [-1, 0, 0];
  events.forEach((index, kind, target) => {
    const own = functions[index] as number;
    const site = events.site(index);
    if (kind === EVENT.identify) [asker, answeredAt, within] = [own, site, STORES_WITHIN.cpuid];
    else if (isCall(kind)) {
      const asks = (detectors.get(targets[index] as number) ?? CALLER_DEPTH) < CALLER_DEPTH;
      [asker, answeredAt, within] = [asks ? own : -1, site, STORES_WITHIN.call];
    }
    if (kind < EVENT.addressOf) return;
    const isAnswer = own === asker && site - answeredAt <= within;
    const written = isAnswer ? variables : detectors.has(own) ? undefined : others;
    for (let byte = 0; byte < widthOf(kind); byte += 1) written?.add(target + byte);
    // A structure is written through its address.
    if (kind === EVENT.addressOf && isAnswer && within === STORES_WITHIN.cpuid) variables.add(target);
  });
  return variables.difference(others);
}

// What a function that asks is told to write to, as OpenSSL's is. One that calls others may be given anything.
function findGiven({ events }: Scan, { functions, targets }: Calls, detectors: Map<number, number>): Set<number> {
  const callers = new Set<number>();
  events.forEach((index, kind) => {
    if (isCall(kind)) callers.add(functions[index] as number);
  });
  const variables = new Set<number>();
  let given: number[] = [];
  events.forEach((index, kind) => {
    if (kind === EVENT.addressOf) given.push(index);
    const asked = targets[index] as number;
    // A jump to another function is its last call.
    if (!isCall(kind) && (kind !== EVENT.jump || asked === functions[index])) return;
    if (detectors.get(asked) === 0 && !callers.has(asked))
      for (const at of given)
        if (functions[at] === functions[index] && events.site(index) - events.site(at) <= STORES_WITHIN.call)
          for (let byte = 0; byte < GIVEN_BYTES; byte += 1) variables.add(events.target(at) + byte);
    given = [];
  });
  return variables;
}

// Small variables that keep a choice made from the answer: written right behind a test and nowhere else.
function findChoices({ events }: Scan, { functions }: Calls, variables: Set<number>): Set<number> {
  const choices = new Set<number>();
  const others = new Set<number>();
  let [asker, testedAt] = [-1, 0];
  events.forEach((index, kind, target) => {
    const own = functions[index] as number;
    const site = events.site(index);
    if (isCall(kind)) asker = -1;
    else if (kind > EVENT.store) {
      const isChoice = own === asker && site - testedAt <= STORES_WITHIN.call && widthOf(kind) <= MOST_CHOICE_BYTES;
      for (let byte = 0; byte < widthOf(kind); byte += 1) (isChoice ? choices : others).add(target + byte);
    } else if (kind >= EVENT.load && variables.has(target)) [asker, testedAt] = [own, site];
  });
  return choices.difference(others);
}
