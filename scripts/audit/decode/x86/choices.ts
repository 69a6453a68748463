// Choices that cannot be followed to their test, since their result is in an object or is an index. They are recognised by the functions
// to choose from. A file that was compiled for a feature reaches its instructions without such a choice.
import { functionOf, type Calls } from "./calls.ts";
import { featuresOfCode, isScalar } from "./codes.ts";
import { EVENT } from "./events.ts";
import type { Scan } from "./scan.ts";

/** Code behind choices. */
export type Choices = {
  /** The highest level of the open uses, per function with open uses. */
  levels: Map<number, string>;
  /** Whether an edge between two functions is one of several to choose from. */
  isChoice: (from: number, site: number, kind: number, to: number) => boolean;
};

/** In bytes: the most code of a function that only tests and jumps, and the farthest first test from the start of a function. */
const THIN = 64;
/** The most words in a table between functions for the same purpose. */
const TABLE_REACH = 256;

/** Finds the choices among the edges to open uses; `isOpen` is true for hits that are open uses. */
export function findChoices(scan: Scan, calls: Calls, isOpen: (hit: number) => boolean): Choices {
  const { levels, scalar } = findLevels(scan, calls, isOpen);
  addThunks(calls, levels);
  const first = findFirstChoices(scan, calls);
  const known = new Map<number, { calls: boolean; takes: boolean }>();
  const choicesOf = (from: number) => {
    const found = known.get(from) ?? chooses(calls, from, levels);
    known.set(from, found);
    return found;
  };
  const isChoice = (from: number, site: number, kind: number, to: number) => {
    if (!levels.has(to) || levels.has(from)) return false;
    if (kind === EVENT.take) return choicesOf(from).takes || scalar.has(to);
    return scalar.has(to) || first.has(site) || choicesOf(from).calls;
  };
  return { levels, isChoice };
}

/** Returns a test for slots of tables that hold functions for several levels. */
export function tableTest({ starts }: Calls, pointers: Map<number, number>, levels: Map<number, string>): (slot: number) => boolean {
  const levelAt = (slot: number) => levels.get(functionOf(starts, pointers.get(slot) ?? -1));
  return (slot) => {
    const around = new Set<string>();
    for (let at = slot - TABLE_REACH * 8; at <= slot + TABLE_REACH * 8; at += 8) around.add(levelAt(at) ?? "");
    around.delete("");
    return around.size > 1;
  };
}

/** Also finds the functions that need only scalar instructions of v3, such as BMI: only target attributes name them without the rest. */
function findLevels(scan: Scan, calls: Calls, isOpen: (hit: number) => boolean): { levels: Map<number, string>; scalar: Set<number> } {
  const levels = new Map<number, string>();
  const [scalar, other] = [new Set<number>(), new Set<number>()];
  scan.hits.sites.forEach((site, hit) => {
    if (!isOpen(hit)) return;
    const index = functionOf(calls.starts, site);
    const code = scan.hits.codes[hit] as number;
    // v2, v3 and v4 sort by name; other names are different from them.
    levels.set(
      index,
      featuresOfCode(code).reduce((high, name) => (name > high ? name : high), levels.get(index) ?? ""),
    );
    (isScalar(code) ? scalar : other).add(index);
  });
  return { levels, scalar: scalar.difference(other) };
}

/** Gives a function that only jumps to another one the level of that one. */
function addThunks({ starts, edges }: Calls, levels: Map<number, string>): void {
  for (let from = 0; from < starts.length; from += 1) {
    const edge = edges.first[from] as number;
    const level = levels.get(edges.to[edge] ?? -1);
    if (edge + 1 === edges.first[from + 1] && edges.kinds[edge] === EVENT.jump && edges.sites[edge] === starts[from] && level !== undefined)
      levels.set(from, level);
  }
}

/** The first calls of functions, if a branch before leads over the call. */
function findFirstChoices({ events }: Scan, { starts, functions, targets }: Calls): Set<number> {
  const sites = new Set<number>();
  let [own, tests] = [-1, 0];
  events.forEach((index, kind, target) => {
    const from = functions[index] as number;
    if (from !== own) [own, tests] = [from, 0];
    const site = events.site(index);
    const isNear = kind === EVENT.jump && targets[index] === own;
    if (isNear && target > site) tests += 1;
    if (isNear || kind >= EVENT.load || tests < 0) return;
    if (tests > 0 && site - (starts[own] as number) <= THIN) sites.add(site);
    if (kind !== EVENT.take) tests = -Infinity;
  });
  return sites;
}

/** Whether a function chooses among the functions that it calls, and among those whose addresses it takes. */
function chooses({ starts, edges }: Calls, from: number, levels: Map<number, string>): { calls: boolean; takes: boolean } {
  const [called, taken, jumped] = [new Set<string>(), new Set<string>(), new Set<number>()];
  for (let edge = edges.first[from] as number; edge < (edges.first[from + 1] as number); edge += 1) {
    const [to, kind] = [edges.to[edge] as number, edges.kinds[edge] as number];
    if (kind === EVENT.jump) jumped.add(to);
    const level = levels.get(to);
    if (level !== undefined) (kind === EVENT.take ? taken : called).add(level);
  }
  const isThin = (starts[from + 1] ?? Infinity) - (starts[from] as number) <= THIN && jumped.size > 1;
  return { calls: isThin || called.size > 1, takes: taken.size > 1 };
}
