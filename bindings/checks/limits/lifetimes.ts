// Engines and caches that a program drops, by the hundred: what its process still has of them.

/** What `dropped.mjs` is told. */
export type Lifetime = { name: string; kind: string; count: number; of: "held" | "peak" };

/**
 * What the process may have more, in bytes: V8 collects for each 64 MB that it hears of. 300 engines of 45 KB hold 300 MB where it hears of
 * nothing.
 */
export const DROPPED_BYTES = 64 << 20;
/** How long they may take to make, in milliseconds. */
export const DROPPED_MS = 60_000;

export const LIFETIMES: Lifetime[] = [
  { name: "300 engines of 45 KB, dropped", kind: "engines", count: 300, of: "peak" },
  { name: "300 engines of 45 KB, closed", kind: "engines, closed", count: 300, of: "peak" },
  // Node finalizes nothing before the loop turns, so it is what is left then.
  { name: "300 engines of 45 KB, dropped in one turn of the loop", kind: "engines, in one turn", count: 300, of: "held" },
  { name: "300 named engines of 45 KB, forgotten and dropped", kind: "named engines", count: 300, of: "peak" },
  { name: "200 caches of 3 MB, dropped", kind: "caches", count: 200, of: "peak" },
];
