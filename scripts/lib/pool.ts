// A few things at a time.

/** Does `work` for each item, `size` at a time, in order; after an error no further item is begun unless `keepGoing`. */
export async function inPool<T, R>(items: T[], size: number, keepGoing: boolean, work: (item: T) => Promise<R>): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  let stopped = false;
  const worker = async () => {
    while (next < items.length && !stopped) {
      const index = next++;
      try {
        results[index] = { status: "fulfilled", value: await work(items[index] as T) };
      } catch (reason) {
        results[index] = { status: "rejected", reason };
        stopped = !keepGoing;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, worker));
  return results;
}
