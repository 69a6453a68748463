/** The neighbours of an entry in a {@link List}. */
export interface Linked<T> {
  older: T | undefined;
  newer: T | undefined;
}

/**
 * Entries by their last use, linked through themselves. A `Map` is slower: to find its first key it passes all keys that were deleted
 * before that one since its last rehash.
 */
export class List<T extends Linked<T>> {
  #oldest: T | undefined;
  #newest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Adds an entry, which is in no list, as the newest. */
  push(entry: T): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  /** Removes an entry of this list. */
  remove({ older, newer }: T): void {
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
