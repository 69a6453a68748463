// Guesses of the instruction set of functions that only the unwind table names, which does not contain it. Most A32 instructions are
// unconditional, so the top digit of most words is E; in Thumb code it is any digit. Code of the wrong set reads as any instruction, so a
// function without a clear answer stays unclassified.
import { KIND, type ArmImage } from "./image.ts";
import type { Seed } from "./seeds.ts";

/** The least words for an answer by their share, and the most words that are counted. */
const LEAST_WORDS = 8;
const MOST_WORDS = 1024;
/** Shares of words with the digit E. In 6,000 functions whose set is known, A32 code had at least 0.4 and Thumb code at most 0.3. */
const ARM_SHARE = 0.5;
const THUMB_SHARE = 0.3;

/** The functions with a clear answer as seeds; `known` has KIND of each halfword whose instruction set is certain, 0 for the others. */
export function guessStates(image: ArmImage, starts: number[], known: Uint8Array): Seed[] {
  const sizes = starts.map((start, index) => wordsBetween(start, starts[index + 1] ?? image.size));
  const certain = starts.map((start) => certainKind(start, known));
  const guesses = starts.map((start, index) => certain[index] || guess(image, start, sizes[index] ?? 0));
  const isShort = (index: number) => certain[index] === KIND.unknown && (sizes[index] ?? 0) < LEAST_WORDS;
  const after = new Uint8Array(starts.length);
  for (let index = starts.length - 2, next: number = KIND.unknown; index >= 0; index -= 1) {
    if (!isShort(index + 1)) next = guesses[index + 1] ?? KIND.unknown;
    after[index] = next;
  }
  const seeds: Seed[] = [];
  let before: number = KIND.unknown;
  for (const [index, start] of starts.entries()) {
    const guessed = guesses[index] ?? KIND.unknown;
    let kind = guessed;
    if (!isShort(index)) before = guessed;
    else if (before !== KIND.unknown && before === after[index]) {
      // A few words say less than the longer functions on both sides; if they say the opposite, nothing is clear.
      kind = guessed === KIND.unknown || guessed === before ? before : KIND.unknown;
    }
    if (kind !== KIND.unknown) seeds.push(start * 2 + (kind === KIND.thumb ? 1 : 0));
  }
  return seeds;
}

function certainKind(start: number, known: Uint8Array): number {
  // A32 code is aligned to words.
  if ((start & 2) !== 0) return KIND.thumb;
  const kind = known[start >> 1];
  return kind === KIND.arm || kind === KIND.thumb ? kind : KIND.unknown;
}

function guess(image: ArmImage, start: number, words: number): number {
  const first = (start + 3) & ~3;
  let unconditional = 0;
  for (let word = 0; word < words; word += 1) if ((image.halves[(first >> 1) + word * 2 + 1] ?? 0) >>> 12 === 14) unconditional += 1;
  const isShort = words < LEAST_WORDS;
  if (words > 0 && (isShort ? unconditional === words : unconditional > words * ARM_SHARE)) return KIND.arm;
  if (words > 0 && (isShort ? unconditional === 0 : unconditional < words * THUMB_SHARE)) return KIND.thumb;
  return KIND.unknown;
}

function wordsBetween(start: number, end: number): number {
  return Math.min(MOST_WORDS, Math.max(0, (end - ((start + 3) & ~3)) >> 2));
}
