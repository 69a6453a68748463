// Things that are done side by side, with their results in order.

export type InOrderOptions<T> = {
  /** How many at a time. */
  size: number;
  /** What the weights of those that run sum to at most; a heavier one runs alone. */
  most: number;
  weight: (item: T) => number;
};

/** Begins `work` for the items in their order and yields a result once it and all before it are there; the first error ends it. */
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
      // Its turn may come later; until then an error of it is nobody's.
      result.catch(() => undefined);
      begun.push(result);
    }
  };
  begin();
  try {
    // Whatever ends begins the next, so that the list grows while it is read.
    for (let index = 0; index < begun.length; index += 1) yield await (begun[index] as Promise<R>);
  } finally {
    stopped = true;
  }
}
