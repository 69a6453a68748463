// S3-FIFO by the rules of crates/grid-cache/src/s3fifo.rs, which tells of them.
import { List } from "./list.ts";
import type { Held, Measure, Order, Ordered, Usage } from "./order.ts";

const SMALL = 10;
const MOST_USES = 3;
const USES_TO_STAY = 2;
const MOST_PASSED = 256;

/** The usage of a new entry. */
const NEW: Usage = { isMain: false, uses: 0 };
/** The usage of an entry that comes to the main queue: out of a snapshot, after a while as a ghost, or from the small queue. */
export const MAIN: Usage = { isMain: true, uses: 0 };

/** A usage after one more use. */
export function used({ isMain, uses }: Usage): Usage {
  return { isMain, uses: Math.min(uses + 1, MOST_USES) };
}

/** A small queue for what is new, a main one for what was used, and ghosts of what left the small one. */
export class S3Fifo<T extends Ordered<T>> implements Order<T> {
  readonly #small = new List<T>();
  readonly #main = new List<T>();
  readonly #ghosts = new Ghosts();
  #smallBytes = 0;

  insert(entry: T, usage: Usage | undefined): void {
    entry.usage = usage ?? (this.#ghosts.take(entry.key) ? MAIN : NEW);
    this.#queueOf(entry).push(entry);
    if (!entry.usage.isMain) this.#smallBytes += entry.cost;
  }

  touch(entry: T): void {
    entry.usage = used(entry.usage);
  }

  remove(entry: T, evicted: boolean, left: number): void {
    this.#unlink(entry);
    const remembered = evicted && !entry.usage.isMain && left > 0;
    this.#ghosts.keep(left - Number(remembered));
    if (remembered) this.#ghosts.add(entry.key);
  }

  victim(all: Held, measure: Measure): T | undefined {
    for (let passed = 0; passed < MOST_PASSED; passed += 1) {
      const entry = this.#nextOut(all, measure);
      if (!entry) return undefined;
      const { isMain, uses } = entry.usage;
      if (uses < (isMain ? 1 : USES_TO_STAY)) return entry;
      this.#unlink(entry);
      this.insert(entry, isMain ? { isMain, uses: uses - 1 } : MAIN);
    }
    return this.#nextOut(all, measure);
  }

  *byLeaving(): Iterable<T> {
    for (let rank = 0; rank <= rankOf({ isMain: true, uses: MOST_USES }); rank += 1) {
      for (const queue of [this.#small, this.#main]) {
        for (const entry of queue) if (rankOf(entry.usage) === rank) yield entry;
      }
    }
  }

  #queueOf({ usage }: T): List<T> {
    return usage.isMain ? this.#main : this.#small;
  }

  #unlink(entry: T): void {
    this.#queueOf(entry).remove(entry);
    if (!entry.usage.isMain) this.#smallBytes -= entry.cost;
  }

  /** The oldest entry of the small queue where that has more than its share, else of the main queue. */
  #nextOut(all: Held, measure: Measure): T | undefined {
    const small = { entries: this.#small.size, bytes: this.#smallBytes };
    const isOver = small[measure] >= Math.max(Math.floor(all[measure] / SMALL), 1);
    return (isOver ? this.#small : this.#main).oldest;
  }
}

/** When an entry would leave if nothing were used any more. */
function rankOf({ isMain, uses }: Usage): number {
  if (!isMain) return uses < USES_TO_STAY ? 0 : 2;
  return uses === 0 ? 1 : 2 + uses;
}

/** Keys that left the small queue, in that order. One that came back leaves its place empty. */
class Ghosts {
  /** The oldest first, behind those that were forgotten. */
  #keys: string[] = [];
  /** How many of them were forgotten. */
  #forgotten = 0;
  /** Of all keys ever kept, so many are no more in the list. */
  #packed = 0;
  /** Places of the keys, counted over all that were ever kept. */
  readonly #places = new Map<string, number>();

  add(key: string): void {
    this.#places.set(key, this.#packed + this.#keys.length);
    this.#keys.push(key);
  }

  take(key: string): boolean {
    return this.#places.delete(key);
  }

  /** Forgets the oldest until there are so many at most. */
  keep(most: number): void {
    while (this.#keys.length - this.#forgotten > most) {
      const key = this.#keys[this.#forgotten]!;
      if (this.#places.get(key) === this.#packed + this.#forgotten) this.#places.delete(key);
      this.#forgotten += 1;
    }
    if (this.#forgotten <= this.#keys.length / 2) return;
    this.#packed += this.#forgotten;
    this.#keys = this.#keys.slice(this.#forgotten);
    this.#forgotten = 0;
  }
}
