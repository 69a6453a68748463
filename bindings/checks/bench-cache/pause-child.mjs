// Makes garbage and puts new entries into a full cache. Prints the pauses of V8's garbage collector, in milliseconds.
//
// node --expose-gc pause-child.mjs WAY ENTRIES GRID: GRID is the URL of the entry of @boardkit/grid.
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";

const OBJECTS = 20_000_000;
/** Objects and new entries between two turns of the event loop. */
const BATCH = 20_000;
const SETS = 2_000;
/** Objects that live for a while, so that the old generation has garbage too. */
const LIVE = 100_000;
const FULL = 5;

const ways = {
  async grid(entries, grid) {
    const { Cache } = await import(grid);
    const cache = new Cache({ maxEntries: entries, maxBytes: 2 ** 40 });
    return (key, value) => cache.set(key, value);
  },
  lru(entries) {
    const lru = new LRUCache({ max: entries });
    return (key, value) => lru.set(key, value);
  },
  none: () => () => {},
};

const flat = (text) => Buffer.from(text, "latin1").toString("latin1");

const [way, entries, grid] = process.argv.slice(2);
const set = await ways[way](Number(entries), grid);
const setFrom = (from, count) => {
  for (let at = from; at < from + count; at += 1) set(flat(`key:${String(at).padStart(12, "0")}`), flat(`value ${at} `.padEnd(46, "x")));
};
setFrom(0, Number(entries));
globalThis.gc();

const pauses = [];
const observer = new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries()) pauses.push({ duration, kind: detail.kind });
});
observer.observe({ entryTypes: ["gc"] });
const live = Array.from({ length: LIVE });
const started = performance.now();
for (let created = 0; created < OBJECTS; created += BATCH) {
  for (let at = created; at < created + BATCH; at += 1) {
    const thing = { id: at, name: `thing ${at}`, tags: [at, at + 1] };
    if (at % 8 === 0) live[(at / 8) % LIVE] = thing;
  }
  setFrom(Number(entries) + (created / BATCH) * SETS, SETS);
  // The event loop calls the observer.
  await setImmediate();
}
const milliseconds = performance.now() - started;
await setImmediate();
observer.disconnect();

// A full collection, as V8 makes when memory is short.
const full = Array.from({ length: FULL }, () => {
  const before = performance.now();
  globalThis.gc();
  return performance.now() - before;
}).toSorted((one, other) => one - other)[FULL >> 1];
// Keeps the cache alive until here.
setFrom(0, 1);

const sum = (list) => list.reduce((total, { duration }) => total + duration, 0);
const majors = pauses.filter(({ kind }) => kind !== constants.NODE_PERFORMANCE_GC_MINOR);
const longest = Math.max(0, ...pauses.map(({ duration }) => duration));
console.log(JSON.stringify({ longest, total: sum(pauses), majors: majors.length, majorTotal: sum(majors), full, milliseconds }));
