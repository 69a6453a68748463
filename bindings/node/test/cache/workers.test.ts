import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { Cache } from "../../ts/index.ts";

/** How often the functions of a test were called, in all threads. */
const newCalls = () => new SharedArrayBuffer(4);
const countOf = (calls: SharedArrayBuffer) => Atomics.load(new Int32Array(calls), 0);

function start(workerData: { job: string; name: string; id?: number; leaseMs?: number; calls?: SharedArrayBuffer }): Worker {
  const data = { calls: newCalls(), ...workerData };
  return new Worker(new URL("worker.mjs", import.meta.url), { workerData: data });
}

async function message(worker: Worker): Promise<unknown> {
  const [value] = await once(worker, "message");
  return value;
}

/** How long workers are terminated; three rounds at least. `npm run test:deep` takes a minute. */
const SECONDS = Number(process.env.GRID_WORKERS_SECONDS ?? 0);

test(
  "8 workers that are terminated at random keep the caps, and leave neither a lock nor a handle",
  async () => {
    const name = "terminate.test";
    const [maxEntries, maxBytes] = [200, 40_000];
    const cache = Cache.open(name, { maxEntries, maxBytes });
    const end = performance.now() + SECONDS * 1000;
    for (let round = 0; round < 3 || performance.now() < end; round += 1) {
      const workers = Array.from({ length: 8 }, (_, id) => start({ job: "churn", name, id }));
      await Promise.all(
        workers.map(async (worker) => {
          await once(worker, "online");
          await sleep(200 + Math.random() * 300);
          await worker.terminate();
        }),
      );
      cache.set("alive", String(round));
      expect(cache.get("alive")).toBe(String(round));
    }
    const { peakEntries, peakBytes, inserts, entries, ...stats } = cache.stats();
    expect(inserts).toBeGreaterThan(1000);
    expect(peakEntries).toBeLessThanOrEqual(maxEntries);
    expect(peakBytes).toBeLessThanOrEqual(maxBytes);
    const left =
      stats.evictedForEntries + stats.evictedForBytes + stats.evictedByResize + stats.expirations + stats.deletes + stats.cleared;
    expect(inserts).toBe(entries + left);
    // The last handle: the workers' are gone, or these other options were refused.
    cache.close();
    const again = Cache.open(name, { maxEntries: 7 });
    expect([again.size, again.stats().maxEntries]).toEqual([0, 7]);
    again.close();
  },
  60_000 + SECONDS * 2000,
);

test("fetch in several workers calls the function once", async () => {
  const [name, calls] = ["once.test", newCalls()];
  const cache = Cache.open(name);
  const workers = [1, 2, 3].map(() => start({ job: "fetch", name, calls }));
  expect(await Promise.all(workers.map(message))).toEqual(workers.map(() => ["computed", "computed"]));
  expect(countOf(calls)).toBe(1);
  expect([cache.get("k"), cache.stats().leases]).toEqual(["computed", 0]);
  cache.close();
});

test("a fetch that rejects in one worker is another's to try, at once", async () => {
  const [name, calls] = ["reject.test", newCalls()];
  const cache = Cache.open(name);
  const worker = start({ job: "reject", name, calls });
  expect(await message(worker)).toBe("computing");
  const rejected = message(worker);
  expect(await cache.fetch("k", () => "of the main thread")).toBe("of the main thread");
  expect([await rejected, countOf(calls)]).toEqual(["no backend", 1]);
  cache.close();
});

test("a worker that dies while it computes loses its lease by its time", async () => {
  const name = "dies.test";
  const cache = Cache.open(name);
  const worker = start({ job: "hang", name, leaseMs: 300 });
  expect(await message(worker)).toBe("computing");
  await worker.terminate();
  const begun = performance.now();
  expect(cache.stats().leases).toBe(1);
  expect(await cache.fetch("k", () => "v")).toBe("v");
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(cache.stats().leases).toBe(0);
  cache.close();
});

test("of several workers one takes each entry", async () => {
  const name = "take.test";
  const cache = Cache.open(name);
  cache.setMany(Array.from({ length: 2000 }, (_, index) => [`k${index}`, "v"] as const));
  const taken = await Promise.all([1, 2, 3, 4].map(() => message(start({ job: "take", name }))));
  expect((taken as number[][]).flat().toSorted((one, other) => one - other)).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  cache.close();
});

test("a listener gets the entries that another thread evicts", async () => {
  const name = "listener.test";
  const cache = Cache.open(name, { maxEntries: 50 });
  let evicted = 0;
  cache.on("evicted", (events, dropped) => (evicted += events.length + dropped));
  const worker = start({ job: "churn", name, id: 1 });
  await once(worker, "online");
  await vi.waitFor(() => expect(evicted).toBeGreaterThan(100), 20_000);
  await worker.terminate();
  cache.close();
}, 30_000);

test("a program with listeners and a waiting handle ends", async () => {
  const lib = new URL("../../lib/index.js", import.meta.url);
  const source = `import { Cache } from ${JSON.stringify(lib.href)};
    const cache = Cache.open("ends.test", { maxEntries: 1 });
    cache.on("evicted", () => {}).set("a", "1");
    await cache.fetch("k", () => "v");`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const [code] = await once(worker, "exit");
  expect(code).toBe(0);
  expect(Cache.forget("ends.test")).toBe(false);
});
