// Fills one cache with entries that have a TTL. Prints the memory that they add to the process, in bytes.
//
// node --expose-gc memory-child.mjs WAY ENTRIES GRID: GRID is the URL of the entry of @boardkit/grid.
// Plain JavaScript: Node's TypeScript support takes more memory than the entries.
import { readFileSync } from "node:fs";
import { LRUCache } from "lru-cache";

const TTL_MS = 3_600_000;

const ways = {
  async grid(entries, grid) {
    const { Cache } = await import(grid);
    const cache = new Cache({ maxEntries: entries, maxBytes: 2 ** 40, ttlMs: TTL_MS });
    return (key, value) => cache.set(key, value);
  },
  lru(entries) {
    const lru = new LRUCache({ max: entries, ttl: TTL_MS });
    return (key, value) => lru.set(key, value);
  },
  // The time is beside the value, as in a simple program.
  map() {
    const map = new Map();
    return (key, value) => map.set(key, { value, expires: Date.now() + TTL_MS });
  },
};

// Anonymous resident memory, and V8's heap in it.
function memory() {
  globalThis.gc();
  const status = readFileSync("/proc/self/status", "utf8");
  return { anonymous: Number(/^RssAnon:\s+(\d+)/m.exec(status)[1]) * 1024, heap: process.memoryUsage().heapUsed };
}

// A new flat string, as from a request.
const flat = (text) => Buffer.from(text, "latin1").toString("latin1");

const [way, entries, grid] = process.argv.slice(2);
const set = await ways[way](Number(entries), grid);
const put = (from, to, call) => {
  for (let at = from; at < to; at += 1) call(flat(`key:${String(at).padStart(12, "0")}`), flat(`value ${at} `.padEnd(46, "x")));
};
// Warm up: V8's memory for compiled code and for dropped texts does not belong to the entries.
put(0, 1000, set);
put(0, Number(entries), () => {});
const before = memory();
put(1000, Number(entries), set);
const after = memory();
console.log(JSON.stringify({ anonymous: after.anonymous - before.anonymous, heap: after.heap - before.heap }));
// Keeps the cache alive until here.
put(0, 1, set);
