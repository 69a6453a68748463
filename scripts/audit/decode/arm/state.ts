// Distinguishes code from data and A32 from T32 in a 32-bit ARM file. If there is a symbol table, its mapping symbols do. Published addons
// are stripped, so the walk follows the code from every known start.
import type { InspectedElf } from "../../elf/facts.ts";
import { KIND, loadImage, type ArmImage } from "./image.ts";
import { gapSeeds, markPadding } from "./gaps.ts";
import { createWalk, follow, run } from "./follow.ts";
import { guessStates } from "./guess.ts";
import { eachLandingPad } from "./landing.ts";
import { readArmLinks } from "./links.ts";
import { functionsWithoutReturn, stubsWithoutReturn } from "./no-return.ts";
import { applyMappingSymbols, readCertainSeeds, readUnwindStarts, seedOf, type Seed } from "./seeds.ts";
import type { Walk } from "./walk.ts";

/** Passes of the walk: a pass may read a constant as code before it finds the load of it; the next ones know that it is data. */
const PASSES = 3;
/** The share of Thumb among the known functions that makes a file one of Thumb code. Its start files are A32 in many systems. */
const USUAL = 0.98;
/** Rounds over the gaps between the functions; each follows the functions that the one before found. */
const ROUNDS = 4;

/** The image of a file with the kind of each halfword; `functions` are the addresses of more functions. */
export function classifyArm(elf: InspectedElf, functions: number[] = []): ArmImage {
  const image = loadImage(elf.file);
  if (applyMappingSymbols(elf.file, image)) return image;
  const starts = readUnwindStarts(elf.file, image);
  const certain = [...readCertainSeeds(elf, image), ...functions.flatMap((address) => seedOf(image, address) ?? [])];
  const isThumb = certain.filter((seed) => (seed & 1) === 1).length > certain.length * USUAL;
  const noReturn = new Set(stubsWithoutReturn(image, readArmLinks(elf).noReturnSlots));
  let walk = createWalk(image, starts, isThumb);
  for (let pass = 0; pass < PASSES; pass += 1) {
    walk = { ...createWalk(image, starts, isThumb), stop: walk.data, noReturn };
    follow(walk, certain);
    follow(walk, landingPads(elf, walk));
    follow(walk, guessStates(image, starts, walk.owner));
    follow(walk, landingPads(elf, walk));
    for (let round = 0; round < ROUNDS; round += 1) {
      const seeds = gapSeeds(walk);
      if (seeds.length === 0) break;
      follow(walk, seeds);
    }
    markAddressed(walk);
    if (pass < PASSES - 1) for (const seed of functionsWithoutReturn(walk)) noReturn.add(seed);
  }
  markPadding(walk);
  for (let half = 0; half < image.kinds.length; half += 1) {
    if (image.kinds[half] === KIND.outside) continue;
    image.kinds[half] = walk.data[half] ? KIND.data : (walk.owner[half] ?? KIND.unknown);
  }
  return image;
}

/** The code that some addresses reach over branches and calls: KIND of each halfword, 0 if it is not reached. */
export function reachedFrom(image: ArmImage, addresses: number[]): Uint8Array {
  const walk = createWalk(image, [], false);
  for (let half = 0; half < image.kinds.length; half += 1) walk.stop[half] = image.kinds[half] === KIND.data ? 1 : 0;
  for (const address of addresses) {
    const seed = seedOf(image, address);
    if (seed !== undefined) walk.stack.push(seed);
  }
  // Unlike `follow`, this leaves out functions of which the code only takes the address.
  for (let seed = walk.stack.pop(); seed !== undefined; seed = walk.stack.pop()) run(walk, seed);
  return walk.owner;
}

// Marks the first halfword of what Thumb code takes the address of, which ends the code before it.
function markAddressed({ addressed, steps, data }: Walk): void {
  const rows = new Set(steps);
  for (const offset of addressed) if (offset >= 0 && !rows.has(offset)) data[offset >> 1] = 1;
}

// A landing pad has the instruction set of its function.
function landingPads(elf: InspectedElf, walk: Walk): Seed[] {
  const seeds: Seed[] = [];
  eachLandingPad(elf.file, walk.image, (start, pad) => {
    const kind = walk.owner[start >> 1];
    if (kind === KIND.arm || kind === KIND.thumb) seeds.push(pad * 2 + (kind === KIND.thumb ? 1 : 0));
  });
  return seeds;
}
