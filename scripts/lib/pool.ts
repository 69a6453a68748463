// Work on a limited number of items at a time.
import type { Tally } from "./reporter.ts";

export type PoolOptions<T> = {
  /** How many at a time. */
  size: number;
  /** Whether further items start after an error. */
  keepGoing: boolean;
  /** Of the items of a group the first one ends before another one starts. */
  group?: (item: T) => string | undefined;
  /** Counts the items that have ended. */
  tally?: (of: number) => Tally;
};

/** Runs `work` for each item, in order as far as the groups allow; each result has the index of its item. */
export async function inPool<T, R>(
  items: readonly T[],
  { size, keepGoing, group, tally }: PoolOptions<T>,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const waiting = items.map((item, index) => ({ item, index, group: group?.(item) }));
  const begun = new Set<string>();
  /** Groups whose first item runs, and its end. */
  const firsts = new Map<string, Promise<void>>();
  const ended = items.length > 1 ? tally?.(items.length) : undefined;
  let stopped = false;
  const runOne = async ({ item, index }: { item: T; index: number }) => {
    try {
      results[index] = { status: "fulfilled", value: await work(item) };
    } catch (reason) {
      results[index] = { status: "rejected", reason };
      stopped ||= !keepGoing;
    }
    ended?.add();
  };
  const worker = async () => {
    for (;;) {
      if (stopped || waiting.length === 0) return;
      const next = waiting.findIndex((entry) => entry.group === undefined || !firsts.has(entry.group));
      const [entry] = next < 0 ? [] : waiting.splice(next, 1);
      if (!entry) await Promise.race(firsts.values());
      else if (entry.group === undefined || begun.has(entry.group)) await runOne(entry);
      else {
        begun.add(entry.group);
        const name = entry.group;
        const first = runOne(entry).finally(() => firsts.delete(name));
        firsts.set(name, first);
        await first;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, worker));
  ended?.end();
  return results;
}
