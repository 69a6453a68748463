// Marks on the bytes of code during decoding: starts of instructions and of functions.
import type { Extent, Region } from "./functions.ts";

const START = 1;
/** Control does not reach it from the instruction before. */
const SEVERED = 2;

/** Executable bytes with two marks per byte. */
export class DecodedRegion {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly end: number;
  #bytes: Uint8Array;
  /** Two bits per byte of code: START and SEVERED. */
  #marks: Uint8Array;
  #decoded: [from: number, to: number][] = [];

  constructor({ address, offset, size }: Region, bytes: Uint8Array) {
    this.address = address;
    this.offset = offset;
    this.size = Math.min(size, bytes.length - offset);
    this.end = address + this.size;
    this.#bytes = bytes.subarray(offset, offset + this.size);
    this.#marks = new Uint8Array((this.size >> 2) + 1);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  contains(address: number): boolean {
    return address >= this.address && address < this.end;
  }

  isInstruction(address: number): boolean {
    return (this.#marksOf(address) & START) !== 0;
  }

  /** Whether only a jump or a call can reach an address. */
  isSevered(address: number): boolean {
    return (this.#marksOf(address) & SEVERED) !== 0;
  }

  addInstruction(address: number, severed: boolean): void {
    const at = address - this.address;
    this.#marks[at >> 2] = (this.#marks[at >> 2] as number) | ((severed ? START | SEVERED : START) << ((at & 3) * 2));
  }

  /** Records that control reaches an address from the instruction before; does nothing if no instruction starts there. */
  joinInstruction(address: number): void {
    if (this.isInstruction(address)) this.#clear(address - this.address, SEVERED);
  }

  removeInstructions(from: number, to: number): void {
    for (let at = from - this.address; at < to - this.address; at += 1) this.#clear(at, START | SEVERED);
  }

  addDecoded(from: number, to: number): void {
    if (to > from) this.#decoded.push([from, to]);
  }

  /** The ranges that were not decoded, in the order of addresses. */
  gaps(): [from: number, to: number][] {
    const gaps: [number, number][] = [];
    let at = this.address;
    for (const [from, to] of this.#decoded.toSorted((left, right) => left[0] - right[0])) {
      if (from > at) gaps.push([at, from]);
      at = Math.max(at, to);
    }
    if (at < this.end) gaps.push([at, this.end]);
    return gaps;
  }

  #clear(at: number, marks: number): void {
    this.#marks[at >> 2] = (this.#marks[at >> 2] as number) & ~(marks << ((at & 3) * 2));
  }

  #marksOf(address: number): number {
    const at = address - this.address;
    return ((this.#marks[at >> 2] as number) >> ((at & 3) * 2)) & 3;
  }
}

/** All regions of a file, and the starts of their functions. */
export class CodeMap {
  readonly regions: DecodedRegion[];
  unclassifiedBytes = 0;
  #extents: Extent[];
  #starts = new Set<number>();

  constructor(regions: Region[], extents: Extent[], bytes: Uint8Array) {
    this.regions = regions.map((region) => new DecodedRegion(region, bytes));
    this.#extents = extents;
    for (const part of [...this.regions.map((region) => region.address), ...extents.map((extent) => extent.start)]) this.addStart(part);
  }

  regionOf(address: number): DecodedRegion | undefined {
    for (const region of this.regions) if (region.contains(address)) return region;
    return undefined;
  }

  /** The function of the unwind table that contains an address. */
  extentOf(address: number): Extent | undefined {
    const extent = this.#extents[lastAtMost(this.#extents.length, (index) => (this.#extents[index] as Extent).start, address)];
    return extent && address < extent.end ? extent : undefined;
  }

  addStart(address: number): void {
    if (this.regionOf(address)) this.#starts.add(address);
  }

  /** Starts of functions at which an instruction starts, in the order of addresses. */
  starts(): number[] {
    return [...this.#starts].filter((start) => this.regionOf(start)?.isInstruction(start)).toSorted((left, right) => left - right);
  }

  /** Whether the code before the start of a function falls through into it. */
  isFallenInto(start: number): boolean {
    return this.extentOf(start)?.start !== start && this.regionOf(start)?.isSevered(start) === false;
  }
}

/** The index of the last sorted number that is not above a value; -1 without one. */
export function lastAtMost(count: number, at: (index: number) => number, value: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
