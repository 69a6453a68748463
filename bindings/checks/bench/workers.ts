// Worker threads that repeat one call for a given time, side by side, and report the number of calls.
import type { Worker } from "node:worker_threads";

/** A worker's report: its calls and the time that they took. */
export type Counted = { count: number; milliseconds: number };
export type Rate = {
  /** Calls per second of all workers. */
  perSecond: number;
  /** Processor microseconds of the whole process per call. */
  cpu: number;
  /** Nanoseconds per call: the mean of the workers. */
  each: number;
};

/** Sends the message to all workers at once; each answers with a {@link Counted}. */
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

/** In a worker: repeats `work` for a time; one call of it counts as `batch`. */
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
