// Follows the code of an image from where it is known to begin, since only what is reached so is surely code: constants and jump tables
// stand between the functions. This file holds the walk's state; arm-walk-a32.ts and arm-walk-t32.ts know the instructions.
import { inImage, type ArmImage } from "./image.ts";
import { seedOf, type Seed } from "./seeds.ts";

export type Walk = {
  image: ArmImage;
  /** Offsets at which functions begin by the unwind table, ascending. */
  starts: number[];
  /** KIND of each halfword that was reached, 0 for the others. */
  owner: Uint8Array;
  /** Halfwords at which to stop: data by an earlier pass or this one. */
  stop: Uint8Array;
  /** Halfwords that this pass found to be data. */
  data: Uint8Array;
  stack: Seed[];
  /** Seeds less sure, to be followed when the stack is empty. */
  later: Seed[];
  /** Offsets of Thumb code at or before which unrolled code stands that a reckoned jump leads into. */
  steps: number[];
  /** What the registers hold, as far as told since the last branch in: one of HELD. */
  known: Uint8Array;
  values: Int32Array;
  /** Instructions left in the IT block of Thumb code. */
  inIt: number;
};

export const HELD = { nothing: 0, constant: 1, address: 2, addressPlusLoaded: 3, addressPlusScaled: 4 } as const;

/** Bytes of an entry, instruction set of the targets, and how many there are if that is known. */
type TableForm = { bytes: 1 | 2 | 4; thumb: 0 | 1; entries?: number };

/** Puts a place on the stack. */
export function push(walk: Walk, offset: number, thumb: 0 | 1): void {
  if (offset >= 0 && offset + 2 <= walk.image.size) walk.stack.push(offset * 2 + thumb);
}

/** Says that bytes are data. */
export function markData(walk: Walk, offset: number, bytes: number): void {
  const end = Math.min((offset + bytes + 1) >> 1, walk.data.length);
  for (let half = Math.max(0, offset >> 1); half < end; half += 1) {
    walk.data[half] = 1;
    walk.stop[half] = 1;
  }
}

/** Remembers an address in a register. */
export function setAddress(walk: Walk, register: number, offset: number): void {
  walk.known[register] = HELD.address;
  walk.values[register] = walk.image.base + offset;
}

/** Remembers a constant in a register. */
export function setConstant(walk: Walk, register: number, value: number): void {
  walk.known[register] = HELD.constant;
  walk.values[register] = value;
}

/** Takes PC plus a known constant as an address, which is most often that of a function. */
export function addToPc(walk: Walk, target: number, source: number, pc: number): void {
  if (walk.known[source] !== HELD.constant) {
    walk.known[target] = 0;
    return;
  }
  const address = (walk.image.base + pc + (walk.values[source] ?? 0)) | 0;
  walk.known[target] = HELD.address;
  walk.values[target] = address;
  const seed = seedOf(walk.image, address);
  if (seed !== undefined) walk.later.push(seed);
}

/**
 * Goes through a table of distances of a switch statement and pushes its targets. Where the comparison before the jump does not tell
 * its length, it ends where the first of the cases behind it begins, or with a distance to nowhere or out of its function.
 */
export function followTable(walk: Walk, table: number, form: TableForm, targetOf: (at: number) => number): void {
  const { image } = walk;
  const { bytes, thumb } = form;
  const [low, high] = form.entries === undefined ? functionAround(walk, table) : [0, image.size];
  let first = table + bytes * (form.entries ?? Infinity);
  let at = table;
  for (; at + bytes <= Math.min(image.size, first); at += bytes) {
    const target = targetOf(at);
    const lost = target % (thumb ? 2 : 4) !== 0 || !inImage(image, image.base + target) || Math.abs(target - table) > 0x40000;
    if (lost || target < low || target >= high || (target >= table && target < at + bytes)) break;
    if (target >= table) first = Math.min(first, target);
    push(walk, target, thumb);
  }
  markData(walk, table, at - table);
}

// Begin and end of the function that an offset is in. One that the unwind table does not know counts to the one before it.
function functionAround({ starts, image }: Walk, offset: number): [low: number, high: number] {
  let [from, to] = [0, starts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((starts[middle] ?? 0) > offset) to = middle;
    else from = middle + 1;
  }
  return [starts[from - 1] ?? 0, starts[from] ?? image.size];
}
