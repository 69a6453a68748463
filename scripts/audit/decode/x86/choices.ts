// Choices that cannot be followed to their test, since they are kept in an object or made by an index. What tells is that there is something
// to choose from; a file that was compiled for a feature leads to its instructions without any of this.
import { functionOf, type Calls } from "./calls.ts";
import { featuresOfCode, isScalar } from "./codes.ts";
import { EVENT } from "./events.ts";
import type { Scan } from "./scan.ts";

/** Code that a choice leads to. */
export type Choices = {
  /** The highest level of the open uses of each function that has some. */
  levels: Map<number, string>;
  /** Whether a way from one function to another is one of several. */
  isChoice: (from: number, site: number, kind: number, to: number) => boolean;
};

/** The size of code that is little else than a test and two jumps, and how far into a function its first test lies, in bytes. */
const THIN = 64;
/** How far apart the functions for one purpose stand in a table, in words. */
const TABLE_REACH = 256;

/** Finds the choices among the ways to open uses; `isOpen` tells of each hit whether it is one. */
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

/** Tells slots of tables that hold functions for several levels. */
export function tableTest({ starts }: Calls, pointers: Map<number, number>, levels: Map<number, string>): (slot: number) => boolean {
  const levelAt = (slot: number) => levels.get(functionOf(starts, pointers.get(slot) ?? -1));
  return (slot) => {
    const around = new Set<string>();
    for (let at = slot - TABLE_REACH * 8; at <= slot + TABLE_REACH * 8; at += 8) around.add(levelAt(at) ?? "");
    around.delete("");
    return around.size > 1;
  };
}

/** Also which of them need scalar instructions of v3 alone, BMI say: no CPU is named so, only an attribute of a function. */
function findLevels(scan: Scan, calls: Calls, isOpen: (hit: number) => boolean): { levels: Map<number, string>; scalar: Set<number> } {
  const levels = new Map<number, string>();
  const [scalar, other] = [new Set<number>(), new Set<number>()];
  scan.hits.sites.forEach((site, hit) => {
    if (!isOpen(hit)) return;
    const index = functionOf(calls.starts, site);
    const code = scan.hits.codes[hit] as number;
    // v2, v3 and v4 sort as they should, and other names stay apart from them.
    levels.set(
      index,
      featuresOfCode(code).reduce((high, name) => (name > high ? name : high), levels.get(index) ?? ""),
    );
    (isScalar(code) ? scalar : other).add(index);
  });
  return { levels, scalar: scalar.difference(other) };
}

/** Gives functions that do nothing but jump to another one the level of that one. */
function addThunks({ starts, edges }: Calls, levels: Map<number, string>): void {
  for (let from = 0; from < starts.length; from += 1) {
    const edge = edges.first[from] as number;
    const level = levels.get(edges.to[edge] ?? -1);
    if (edge + 1 === edges.first[from + 1] && edges.kinds[edge] === EVENT.jump && edges.sites[edge] === starts[from] && level !== undefined)
      levels.set(from, level);
  }
}

/** Calls that a function makes first, behind a branch over them. */
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

/** Whether a function chooses among those that it calls, and among those whose address it takes. */
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
