// Worker threads that do one thing for as long as they are told, side by side, and say how often they did it.
import type { Worker } from "node:worker_threads";

/** What a worker says: how often it did it, and in what time. */
export type Counted = { count: number; milliseconds: number };
export type Rate = {
  /** Of all workers together. */
  perSecond: number;
  /** Microseconds of the processor that each took, by all that the process did. */
  cpu: number;
  /** Nanoseconds that one took: the mean of the workers. */
  each: number;
};

/** How often these workers do what the message says, all at the same time. Each answers it by a {@link Counted}. */
export async function rateOf(workers: Worker[], message: object): Promise<Rate> {
  const before = process.cpuUsage();
  const counts = await Promise.all(workers.map((worker) => countOf(worker, message)));
  const used = process.cpuUsage(before);
  const sum = (of: (counted: Counted) => number) => counts.reduce((total, counted) => total + of(counted), 0);
  return {
    perSecond: sum(({ count, milliseconds }) => (count * 1000) / milliseconds),
    cpu: (used.user + used.system) / sum(({ count }) => count),
    each: sum(({ count, milliseconds }) => (milliseconds * 1e6) / count) / counts.length,
  };
}

/** In a worker: does it for a time, `batch` times between looks at the clock. */
export async function countWithin(milliseconds: number, batch: number, work: () => unknown): Promise<Counted> {
  const started = performance.now();
  let count = 0;
  let now = started;
  while (now - started < milliseconds) {
    const done = work();
    if (done instanceof Promise) await done;
    count += batch;
    now = performance.now();
  }
  return { count, milliseconds: now - started };
}

function countOf(worker: Worker, message: object): Promise<Counted> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (counted: Counted) => {
      worker.off("error", reject);
      resolve(counted);
    });
    worker.postMessage(message);
  });
}
