// Runs the walk through 32-bit ARM code: see walk.ts.
import { KIND, type ArmImage } from "./image.ts";
import type { Seed } from "./seeds.ts";
import { stepArm } from "./walk-a32.ts";
import { stepThumb } from "./walk-t32.ts";
import { type Walk } from "./walk.ts";

/** A walk that has reached nothing yet. */
export function createWalk(image: ArmImage, starts: number[], isThumb: boolean): Walk {
  const size = image.kinds.length;
  return {
    image,
    starts,
    isThumb,
    owner: new Uint8Array(size),
    stop: new Uint8Array(size),
    data: new Uint8Array(size),
    stack: [],
    later: [],
    steps: [],
    known: new Uint8Array(16),
    values: new Int32Array(16),
    inIt: 0,
    addressed: [],
    called: new Set(),
    noReturn: new Set(),
    followsCalls: true,
    returns: false,
  };
}

/** Follows seeds and all code that they reach. The stack is read from its end, so the seeds are pushed in reverse order. */
export function follow(walk: Walk, seeds: Seed[]): void {
  for (let index = seeds.length - 1; index >= 0; index -= 1) walk.stack.push(seeds[index] ?? 0);
  for (;;) {
    const seed = walk.stack.pop() ?? walk.later.pop();
    if (seed === undefined) return;
    run(walk, seed);
  }
}

/** Follows the code from one place until it ends or a branch leaves it; returns the offset of the end. */
export function run(walk: Walk, seed: Seed): number {
  const { image, owner, stop } = walk;
  const [start, thumb] = [Math.floor(seed / 2), (seed & 1) === 1];
  walk.known.fill(0);
  walk.inIt = 0;
  const last = image.size - (thumb ? 2 : 4);
  for (let offset = start; ;) {
    const half = offset >> 1;
    const isOwn = owner[half] === (thumb ? KIND.thumb : KIND.arm);
    if (isOwn) return offset;
    if (offset > last || (!thumb && (start & 3) !== 0) || owner[half] || stop[half] || image.kinds[half] === KIND.outside) {
      walk.returns = true;
      return offset;
    }
    const next = thumb ? stepThumb(walk, offset) : stepArm(walk, offset);
    if (next < 0) return offset + 4;
    offset = next;
  }
}
