// Concurrent work with its results in order.

export type InOrderOptions<T> = {
  /** How many at a time. */
  size: number;
  /** Limit of the summed weights of the running items; a heavier item runs alone. */
  most: number;
  weight: (item: T) => number;
};

/** Starts `work` for the items in their order and yields the results in the same order; the first error ends it. */
export async function* inOrder<T, R>(
  items: readonly T[],
  { size, most, weight }: InOrderOptions<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  let running = 0;
  let load = 0;
  let stopped = false;
  const run = async (item: T, own: number) => {
    running += 1;
    load += own;
    try {
      return await work(item);
    } finally {
      running -= 1;
      load -= own;
      begin();
    }
  };
  const begin = () => {
    for (;;) {
      if (stopped || begun.length === items.length || running === size) return;
      const item = items[begun.length] as T;
      const own = weight(item);
      if (running > 0 && load + own > most) return;
      const result = run(item, own);
      // An error is thrown below, in order; until then it must not count as an unhandled rejection.
      result.catch(() => undefined);
      begun.push(result);
    }
  };
  begin();
  try {
    // Each item that ends starts the next, so the list grows during this loop.
    for (let index = 0; index < begun.length; index += 1) yield await (begun[index] as Promise<R>);
  } finally {
    stopped = true;
  }
}
