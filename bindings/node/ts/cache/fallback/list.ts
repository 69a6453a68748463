/** What an entry of a {@link List} knows of its neighbours. */
export interface Linked<T> {
  older: T | undefined;
  newer: T | undefined;
}

/**
 * Entries by age, linked through themselves. A `Set` would pass over all that left its front since it was last packed, each time that its
 * first value is asked for.
 */
export class List<T extends Linked<T>> {
  #oldest: T | undefined;
  #newest: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Puts an entry in as the newest; it is in no list. */
  push(entry: T): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    this.#size += 1;
  }

  /** Takes an entry of this list out. */
  remove(entry: T): void {
    const { older, newer } = entry;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    this.#size -= 1;
  }

  /** The oldest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let entry = this.#oldest; entry; entry = entry.newer) yield entry;
  }
}
