// Memory of a process that drops hundreds of engines and caches.

/** The arguments of `dropped.mjs`, and the figure that is compared with the limit. */
export type Lifetime = { name: string; kind: string; count: number; of: "left" | "peak" };

/**
 * The memory that the process may gain, in bytes: V8 collects after each 64 MB of reported external memory. 300 engines of 45 KB take
 * 300 MB if they report none.
 */
export const DROPPED_BYTES = 64 << 20;
/** The time limit for all objects, in milliseconds. */
export const DROPPED_MS = 60_000;

export const LIFETIMES: Lifetime[] = [
  { name: "300 engines of 45 KB, dropped", kind: "engines", count: 300, of: "peak" },
  { name: "300 engines of 45 KB, closed", kind: "engines, closed", count: 300, of: "peak" },
  // Node runs no finalizer before the next turn of the loop, so the memory after it counts.
  { name: "300 engines of 45 KB, dropped in one turn of the loop", kind: "engines, in one turn", count: 300, of: "left" },
  { name: "300 named engines of 45 KB, forgotten and dropped", kind: "named engines", count: 300, of: "peak" },
  { name: "200 caches of 3 MB, dropped", kind: "caches", count: 200, of: "peak" },
];
