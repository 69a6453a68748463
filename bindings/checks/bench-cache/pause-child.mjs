// A process that makes garbage and puts new entries into a full cache. Prints the pauses of V8's garbage collector, in milliseconds.
//
// node --expose-gc pause-child.mjs WAY ENTRIES GRID: GRID is the URL of the entry of @boardkit/grid.
import { constants, PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";

const OBJECTS = 20_000_000;
/** Objects between two turns of the event loop, and new entries. */
const BATCH = 20_000;
const SETS = 2_000;
/** Objects that live for a while, so that there is garbage among the old ones too. */
const KEPT = 100_000;
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
const kept = Array.from({ length: KEPT });
const started = performance.now();
for (let made = 0; made < OBJECTS; made += BATCH) {
  for (let at = made; at < made + BATCH; at += 1) {
    const thing = { id: at, name: `thing ${at}`, tags: [at, at + 1] };
    if (at % 8 === 0) kept[(at / 8) % KEPT] = thing;
  }
  setFrom(Number(entries) + (made / BATCH) * SETS, SETS);
  // The observer is called from the event loop.
  await setImmediate();
}
const milliseconds = performance.now() - started;
await setImmediate();
observer.disconnect();

// What V8 does where memory is short.
const full = Array.from({ length: FULL }, () => {
  const before = performance.now();
  globalThis.gc();
  return performance.now() - before;
}).toSorted((one, other) => one - other)[FULL >> 1];
// Until here the cache is in use.
setFrom(0, 1);

const sum = (list) => list.reduce((total, { duration }) => total + duration, 0);
const majors = pauses.filter(({ kind }) => kind !== constants.NODE_PERFORMANCE_GC_MINOR);
const longest = Math.max(0, ...pauses.map(({ duration }) => duration));
console.log(JSON.stringify({ longest, total: sum(pauses), majors: majors.length, majorTotal: sum(majors), full, milliseconds }));
