// Work on a limited number of items at a time.
import type { Tally } from "./reporter.ts";

export type PoolOptions<T> = {
  /** How many at a time. */
  size: number;
  /** Whether further items start after an error. */
  keepGoing: boolean;
  /** Items of the same lane never run side by side. */
  lane?: (item: T) => string;
  /** Counts the items that have ended. */
  tally?: (of: number) => Tally;
};

/** Runs `work` for each item, in order as far as the lanes allow; each result has the index of its item. */
export async function inPool<T, R>(
  items: readonly T[],
  { size, keepGoing, lane, tally }: PoolOptions<T>,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const waiting = items.map((item, index) => ({ item, index, lane: lane?.(item) ?? String(index) }));
  const busy = new Set<string>();
  const ended = items.length > 1 ? tally?.(items.length) : undefined;
  let stopped = false;
  // A worker that finds no free lane ends: each remaining lane has a worker already.
  const worker = async () => {
    for (;;) {
      const next = waiting.findIndex((entry) => !busy.has(entry.lane));
      const [entry] = next < 0 || stopped ? [] : waiting.splice(next, 1);
      if (!entry) return;
      busy.add(entry.lane);
      try {
        results[entry.index] = { status: "fulfilled", value: await work(entry.item) };
      } catch (reason) {
        results[entry.index] = { status: "rejected", reason };
        stopped ||= !keepGoing;
      }
      busy.delete(entry.lane);
      ended?.add();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, worker));
  ended?.end();
  return results;
}
