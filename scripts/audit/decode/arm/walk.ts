// Follows the code of an image from its known starts. Only code that is reached this way is certain, since constants and jump tables are
// between the functions. This file has the walk's state; walk-a32.ts and walk-t32.ts read the instructions.
import { inImage, type ArmImage } from "./image.ts";
import { seedOf, type Seed } from "./seeds.ts";

export type Walk = {
  image: ArmImage;
  /** Offsets of functions by the unwind table, ascending. */
  starts: number[];
  /** Whether nearly all functions whose set is known are Thumb. */
  isThumb: boolean;
  /** KIND of each halfword that was reached, 0 for the others. */
  owner: Uint8Array;
  /** Halfwords at which to stop: data of this pass or an earlier one. */
  stop: Uint8Array;
  /** Halfwords that this pass found to be data. */
  data: Uint8Array;
  stack: Seed[];
  /** Less certain seeds, to follow when the stack is empty. */
  later: Seed[];
  /** Offsets in Thumb code at the end of unrolled code, into which a computed jump leads. */
  steps: number[];
  /** The known content of each register: one of CONTENT. */
  known: Uint8Array;
  values: Int32Array;
  /** Instructions left in the IT block of Thumb code. */
  inIt: number;
  /** Places of which Thumb code takes the address. */
  addressed: number[];
  /** Functions that are called, as seeds. */
  called: Set<Seed>;
  /** Functions that do not return, as seeds. */
  noReturn: Set<Seed>;
  /** Whether calls are followed. */
  followsCalls: boolean;
  /** Whether some end of the code that was followed may be a return. */
  returns: boolean;
};

/** What a step returns in place of the next offset where the code ends. */
export const STOP = -1;

/** Notes that an instruction returns or jumps to an unknown place, perhaps on a condition; returns what the step is to return. */
export function leave(walk: Walk, next: number): number {
  walk.returns = true;
  return next;
}

export const CONTENT = { nothing: 0, constant: 1, address: 2, addressPlusLoaded: 3, addressPlusScaled: 4 } as const;

/** Bytes per entry, instruction set of the targets, and the number of entries if it is known. */
type TableForm = { bytes: 1 | 2 | 4; thumb: 0 | 1; entries?: number };

/** Pushes a place on the stack. */
export function push(walk: Walk, offset: number, thumb: 0 | 1): void {
  const isCode = offset >= 0 && offset + 2 <= walk.image.size && (thumb === 1 || !walk.isThumb || looksLikeA32(walk.image, offset));
  if (isCode) walk.stack.push(offset * 2 + thumb);
  else walk.returns = true;
}

/** Pushes the target of a call; returns whether the call returns. */
export function call(walk: Walk, offset: number, thumb: 0 | 1): boolean {
  const seed = offset * 2 + thumb;
  if (walk.followsCalls) {
    walk.called.add(seed);
    push(walk, offset, thumb);
  }
  return !walk.noReturn.has(seed);
}

/** Words that tell A32 code from others, and how many of them must be unconditional. */
const SAMPLE = 8;
const LEAST_UNCONDITIONAL = 6;

/**
 * In a file of Thumb code a branch to A32 code is rare, but for stubs of the linkage table, and a constant that is read as such a branch is
 * not: what follows it would be read as A32 code too, and so on.
 */
function looksLikeA32({ halves }: ArmImage, offset: number): boolean {
  let unconditional = 0;
  for (let word = 0; word < SAMPLE; word += 1) if ((halves[(offset >> 1) + word * 2 + 1] ?? 0) >>> 12 >= 14) unconditional += 1;
  return unconditional >= LEAST_UNCONDITIONAL;
}

/** Marks bytes as data. */
export function markData(walk: Walk, offset: number, bytes: number): void {
  const end = Math.min((offset + bytes + 1) >> 1, walk.data.length);
  for (let half = Math.max(0, offset >> 1); half < end; half += 1) {
    walk.data[half] = 1;
    walk.stop[half] = 1;
  }
}

/** Records an address in a register. */
export function setAddress(walk: Walk, register: number, offset: number): void {
  walk.known[register] = CONTENT.address;
  walk.values[register] = walk.image.base + offset;
}

/** Records a constant in a register. */
export function setConstant(walk: Walk, register: number, value: number): void {
  walk.known[register] = CONTENT.constant;
  walk.values[register] = value;
}

/** Records PC plus a known constant as an address, which is usually that of a function. */
export function addToPc(walk: Walk, target: number, source: number, pc: number): void {
  if (walk.known[source] !== CONTENT.constant) {
    walk.known[target] = 0;
    return;
  }
  const address = (walk.image.base + pc + (walk.values[source] ?? 0)) | 0;
  walk.known[target] = CONTENT.address;
  walk.values[target] = address;
  const seed = seedOf(walk.image, address);
  if (seed !== undefined) walk.later.push(seed);
}

/**
 * Pushes the targets in a switch statement's table of distances. If the comparison before the jump does not give the length, the table
 * ends at the start of its first case, or with an invalid distance or one out of the function.
 */
export function followTable(walk: Walk, table: number, form: TableForm, targetOf: (at: number) => number): void {
  const { image } = walk;
  const { bytes, thumb } = form;
  const [low, high] = form.entries === undefined ? functionAround(walk, table) : [0, image.size];
  let first = table + bytes * (form.entries ?? Infinity);
  let at = table;
  for (; at + bytes <= Math.min(image.size, first); at += bytes) {
    const target = targetOf(at);
    const isInvalid = target % (thumb ? 2 : 4) !== 0 || !inImage(image, image.base + target) || Math.abs(target - table) > 0x40000;
    if (isInvalid || target < low || target >= high || (target >= table && target < at + bytes)) break;
    if (target >= table) first = Math.min(first, target);
    push(walk, target, thumb);
  }
  markData(walk, table, at - table);
}

// Start and end of the function at an offset. A function that the unwind table does not list counts as part of the one before.
function functionAround({ starts, image }: Walk, offset: number): [low: number, high: number] {
  let [from, to] = [0, starts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((starts[middle] ?? 0) > offset) to = middle;
    else from = middle + 1;
  }
  return [starts[from - 1] ?? 0, starts[from] ?? image.size];
}
