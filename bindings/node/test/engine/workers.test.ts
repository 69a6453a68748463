import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Cache } from "../../ts/index.ts";

/** Runs test/worker.mjs to its end; its message. */
function runWorker(workerData: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData });
    let message: unknown;
    worker.on("message", (value) => (message = value));
    worker.on("error", reject);
    worker.on("exit", () => resolve(message));
  });
}

test("worker threads share a named cache, each with an engine of its own", async () => {
  const [name, count] = ["workers.test", 50];
  const cache = Cache.open(name, { maxEntries: 1000 });
  cache.set("main", "from the main thread");
  const ids = [1, 2, 3, 4];
  const messages = await Promise.all(ids.map((id) => runWorker({ name, id, count })));
  expect(messages).toEqual(ids.map((id) => ({ seen: "from the main thread", id })));
  // The threads have ended; what they stored stays.
  expect(cache.size).toBe(1 + ids.length * count);
  expect(cache.get("3-49")).toEqual(Buffer.from([3, 49]));
});
