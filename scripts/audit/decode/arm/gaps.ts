// The gaps that the walk through 32-bit ARM code left: functions behind pointers that nothing identifies, unrolled loops, and padding.
import { KIND, wordAt } from "./image.ts";
import type { Seed } from "./seeds.ts";
import type { Walk } from "./walk.ts";

/** Padding of linkers and assemblers: 0, lld's 0xd4, NOPs. */
const PADDING = new Set([0, 0xd4d4, 0xbf00, 0x46c0]);
const NOP_WORDS = new Set([0xe1a00000, 0xe320f000]);
const MOST_PADDING = 32;
const LONGEST_ROW = 2048;

/** Places in the gaps at which code certainly starts: an instruction saves registers and the return address. */
export function gapSeeds(walk: Walk): Seed[] {
  const { image, owner } = walk;
  const seeds: Seed[] = [];
  let thumb = false;
  for (let half = 0; half < owner.length;) {
    if (owner[half]) thumb = owner[half] === KIND.thumb;
    if (!isGap(walk, half)) {
      half += 1;
      continue;
    }
    let end = half;
    while (end < owner.length && isGap(walk, end)) end += 1;
    let start = half;
    while (start < end && PADDING.has(image.halves[start] ?? 0)) start += 1;
    if (start < end && thumb && savesInThumb(image.halves[start] ?? 0, image.halves[start + 1] ?? 0)) seeds.push(start * 4 + 1);
    else if (end - start >= 2 && start % 2 === 0 && !thumb && savesInArm(wordAt(image, start * 2))) seeds.push(start * 4);
    half = end;
  }
  for (const step of walk.steps) {
    let start = step >> 1;
    if (isGap(walk, start)) seeds.push(start * 4 + 1);
    while (start > 0 && step - start * 2 < LONGEST_ROW && isGap(walk, start - 1)) start -= 1;
    if (start < step >> 1) seeds.push(start * 4 + 1);
  }
  return seeds;
}

/** Marks certain padding as data, since it never runs. */
export function markPadding(walk: Walk): void {
  const { image, owner, data } = walk;
  for (let half = 0; half < owner.length;) {
    if (!isGap(walk, half)) {
      half += 1;
      continue;
    }
    let end = half;
    while (end < owner.length && isGap(walk, end)) end += 1;
    const isFill = (at: number) => PADDING.has(image.halves[at] ?? 0) || NOP_WORDS.has(wordAt(image, (at & ~1) * 2));
    if (end - half <= MOST_PADDING / 2) {
      let at = half;
      while (at < end && isFill(at)) at += 1;
      if (at === end) data.fill(1, half, end);
    }
    half = end;
  }
}

function isGap(walk: Walk, half: number): boolean {
  return !walk.owner[half] && !walk.stop[half] && walk.image.kinds[half] !== KIND.outside;
}

// PUSH with LR, also with a fifth or higher register, and STR LR, [SP, #-n]!.
function savesInThumb(first: number, second: number): boolean {
  return (
    (first & 0xff00) === 0xb500 || (first === 0xe92d && (second & 0xe000) === 0x4000) || (first === 0xf84d && (second & 0xff00) === 0xed00)
  );
}

function savesInArm(word: number): boolean {
  return (word & 0xffffe000) >>> 0 === 0xe92d4000 || (word & 0xffffff00) >>> 0 === 0xe52de000;
}
