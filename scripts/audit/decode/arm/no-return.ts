// Functions of 32-bit ARM code that do not return: stubs of abort() and the like, and functions that end with calls of such only, as those of
// failed assertions do. The constants of a function often follow a call of them, and would be read as code.
import { createWalk, run } from "./follow.ts";
import type { ArmImage } from "./image.ts";
import type { Seed } from "./seeds.ts";
import { findStubs } from "./stubs.ts";
import type { Walk } from "./walk.ts";

/** A function of more bytes counts as one that returns. */
const MOST_BYTES = 1024;

/** The stubs that lead to such functions through some slots. */
export function stubsWithoutReturn(image: ArmImage, slots: Set<number>): Seed[] {
  return [...findStubs(image, slots)].map((offset) => offset * 2);
}

/** The called functions of a walk that do not return: no code that they reach, other than by calls, ends with a return or an unknown jump. */
export function functionsWithoutReturn({ image, isThumb, starts, data, called, noReturn }: Walk): Seed[] {
  const walk: Walk = { ...createWalk(image, starts, isThumb), stop: data, noReturn, followsCalls: false };
  return [...called].filter((seed) => !noReturn.has(seed) && !returns(walk, seed));
}

function returns(walk: Walk, start: Seed): boolean {
  const ranges: [from: number, to: number][] = [];
  let bytes = 0;
  walk.returns = false;
  walk.stack = [start];
  for (let seed = walk.stack.pop(); seed !== undefined && !walk.returns; seed = walk.stack.pop()) {
    const from = Math.floor(seed / 2);
    const to = run(walk, seed);
    ranges.push([from, to]);
    bytes += to - from;
    if (bytes > MOST_BYTES) walk.returns = true;
  }
  for (const [from, to] of ranges) walk.owner.fill(0, from >> 1, to >> 1);
  return walk.returns;
}
