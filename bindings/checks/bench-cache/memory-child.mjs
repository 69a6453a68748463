// A process whose memory is measured: it fills one cache with entries that have a TTL. Prints what they added to it, in bytes.
//
// node --expose-gc memory-child.mjs WAY ENTRIES GRID: GRID is the URL of the entry of @boardkit/grid.
// Plain JavaScript: Node's own reader of TypeScript takes more memory than what is measured.
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
  // With the time beside the value, as one would write it.
  map() {
    const map = new Map();
    return (key, value) => map.set(key, { value, expires: Date.now() + TTL_MS });
  },
};

// What of the resident memory is no file, and what of it is V8's heap.
function memory() {
  globalThis.gc();
  const status = readFileSync("/proc/self/status", "utf8");
  return { anonymous: Number(/^RssAnon:\s+(\d+)/m.exec(status)[1]) * 1024, heap: process.memoryUsage().heapUsed };
}

// New text in one piece of memory, as what a request brings.
const flat = (text) => Buffer.from(text, "latin1").toString("latin1");

const [way, entries, grid] = process.argv.slice(2);
const set = await ways[way](Number(entries), grid);
const put = (from, to, call) => {
  for (let at = from; at < to; at += 1) call(flat(`key:${String(at).padStart(12, "0")}`), flat(`value ${at} `.padEnd(46, "x")));
};
// What V8 takes to compile this, and for texts that are dropped at once, is not the entries'.
put(0, 1000, set);
put(0, Number(entries), () => {});
const before = memory();
put(1000, Number(entries), set);
const after = memory();
console.log(JSON.stringify({ anonymous: after.anonymous - before.anonymous, heap: after.heap - before.heap }));
// Until here the cache is in use.
put(0, 1, set);
