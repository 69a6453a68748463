/** What has a deadline and a place in the heap. */
export interface Timed {
  deadline: number;
  /** Its place in the heap; -1 if it is not in the heap. */
  place: number;
}

/** Entries by deadline: a binary heap that removes any entry in O(log n). */
export class Deadlines<T extends Timed> {
  readonly #heap: T[] = [];

  /** The entry with the earliest deadline. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  add(entry: T): void {
    entry.place = this.#heap.length;
    this.#heap.push(entry);
    this.#up(entry);
  }

  remove(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    this.#put(last, place);
    this.#up(last);
    this.#down(last);
  }

  #put(entry: T, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }

  #up(entry: T): void {
    while (entry.place > 0) {
      const above = this.#heap[(entry.place - 1) >> 1]!;
      if (above.deadline <= entry.deadline) return;
      this.#swap(entry, above);
    }
  }

  #down(entry: T): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const below = left && right && right.deadline < left.deadline ? right : left;
      if (!below || below.deadline >= entry.deadline) return;
      this.#swap(entry, below);
    }
  }

  #swap(one: T, other: T): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }
}
