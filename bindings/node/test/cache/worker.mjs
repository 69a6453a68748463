// A worker thread of workers.test.ts: one of the jobs below on the cache that all threads open by name.
import { parentPort, workerData } from "node:worker_threads";
import { Cache } from "../../lib/index.js";

const { job, name, id, leaseMs } = workerData;
const calls = new Int32Array(workerData.calls);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const JOBS = {
  /** Uses everything until it is terminated. */
  async churn() {
    const cache = Cache.open(name);
    cache.on("evicted", () => {}).on("expired", () => {});
    for (let turn = 0; ; turn += 1) {
      for (let index = 0; index < 200; index += 1) {
        const key = `k${(turn * 7 + index * (id + 1)) % 500}`;
        cache.set(key, Buffer.alloc((turn * index) % 300), { ttlMs: 1 + (index % 50) });
        cache.get(`k${index}`);
        cache.incr("count");
      }
      cache.setMany([
        ["a", "1"],
        [`b${turn % 100}`, "2"],
      ]);
      cache.getMany(["a", "b", `b${turn % 100}`]);
      cache.getMany(cache.keys());
      if (id === 0) cache.restore(cache.snapshot());
      void cache.fetch(`f${turn % 5}`, () => sleep(5).then(() => "v"), { leaseMs: 50 }).catch(() => {});
      await sleep(turn % 3);
    }
  },
  /** Fetches one key with a slow function that counts its calls. */
  async fetch() {
    const cache = Cache.open(name);
    const compute = async () => {
      Atomics.add(calls, 0, 1);
      await sleep(100);
      return "computed";
    };
    const values = await Promise.all([cache.fetch("k", compute), cache.fetch("k", compute)]);
    parentPort?.postMessage(values);
  },
  /** Rejects. */
  async reject() {
    const cache = Cache.open(name);
    const compute = async () => {
      Atomics.add(calls, 0, 1);
      parentPort?.postMessage("computing");
      await sleep(100);
      throw new Error("no backend");
    };
    await cache.fetch("k", compute).catch(({ message }) => parentPort?.postMessage(message));
  },
  /** Takes the lease and never gives it back. */
  async hang() {
    const cache = Cache.open(name);
    const stuck = cache.fetch("k", () => new Promise(() => {}), { leaseMs });
    parentPort?.postMessage("computing");
    await stuck.catch(() => {});
  },
  /** Takes entries until there are none. */
  async take() {
    const cache = Cache.open(name);
    const taken = [];
    for (let index = 0; index < 2000; index += 1) if (cache.take(`k${index}`) !== undefined) taken.push(index);
    parentPort?.postMessage(taken);
  },
};

await JOBS[job]();
