// Keys and values of the benchmark: keys of 16 bytes, values of a given size.
import { Random } from "../lib/random.ts";
import type { Entry } from "./peers.ts";

/** Calls between two reads of the clock; the length of each list of keys is a multiple of it. */
export const BATCH = 100;

const MOST_READ = 1 << 17;
const VALUES = 1000;
const HOUR_MS = 3_600_000;

/** The time to live of the caches that have one: nothing expires during a measurement. */
export const TTL_MS = HOUR_MS;

export type Keys = {
  /** Present keys, in random order. */
  there: string[];
  missing: string[];
  /** Keys that were never present, or were evicted before their next turn. */
  fresh: string[];
  values: string[];
};

/** Keys for a cache with the keys from 0 to `capacity`. They are other string objects than those in the cache. */
export function keysFor(capacity: number, valueBytes: number, seed = 0): Keys {
  const random = new Random(seed);
  const numbers = Array.from({ length: capacity }, (_, number) => number);
  const read = random.shuffled(numbers).slice(0, Math.floor(Math.min(capacity, MOST_READ) / BATCH) * BATCH);
  return {
    there: read.map((number) => keyOf(number)),
    missing: read.map((number) => keyOf(number, "nil:")),
    // quick-lru keeps up to twice its size.
    fresh: Array.from({ length: 3 * capacity }, (_, number) => keyOf(capacity + number)),
    values: valuesOf(valueBytes),
  };
}

/** The entries that fill a cache, in portions. */
export function* portions(capacity: number, valueBytes: number): Generator<Entry[]> {
  const values = valuesOf(valueBytes);
  for (let from = 0; from < capacity; from += VALUES)
    yield Array.from({ length: Math.min(VALUES, capacity - from) }, (_, index) => [keyOf(from + index), values[index] as string]);
}

function keyOf(number: number, prefix = "key:"): string {
  return flat(prefix + String(number).padStart(12, "0"));
}

function valuesOf(bytes: number): string[] {
  return Array.from({ length: VALUES }, (_, index) => flat(`value ${index} `.padEnd(bytes, "abcdefghijklmnopqrstuvwxyz")));
}

/** The text as a flat string: V8 stores a concatenation as a tree until the first read. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
