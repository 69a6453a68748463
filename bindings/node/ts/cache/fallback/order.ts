// The order in which entries leave for a cap: the rules of crates/grid-cache/src/order.rs.
import type { CachePolicy } from "../types.ts";
import { type Linked, List } from "./list.ts";
import { S3Fifo } from "./s3fifo.ts";

/** The queue of an entry and its uses since it came there, where the policy counts them. */
export interface Usage {
  isMain: boolean;
  uses: number;
}

/** What an order knows of an entry. */
export interface Ordered<T> extends Linked<T> {
  readonly key: string;
  readonly cost: number;
  usage: Usage;
}

/** Which cap has no room. */
export type Measure = "entries" | "bytes";

/** What a cache holds. */
export interface Held {
  entries: number;
  bytes: number;
}

/** The order of a policy. */
export interface Order<T> {
  /** Puts an entry in as the newest; without a usage it is new to the policy. */
  insert(entry: T, usage: Usage | undefined): void;
  touch(entry: T): void;
  /** Takes an entry out; `left` are those that stay. */
  remove(entry: T, evicted: boolean, left: number): void;
  /** The entry that has to leave, where there is one. */
  victim(all: Held, measure: Measure): T | undefined;
  /** All entries in the order in which they would leave if nothing were used any more. */
  byLeaving(): Iterable<T>;
}

/** The order of use. */
class Lru<T extends Ordered<T>> implements Order<T> {
  readonly #entries = new List<T>();

  insert(entry: T): void {
    this.#entries.push(entry);
  }

  touch(entry: T): void {
    this.#entries.remove(entry);
    this.#entries.push(entry);
  }

  remove(entry: T): void {
    this.#entries.remove(entry);
  }

  victim(): T | undefined {
    return this.#entries.oldest;
  }

  byLeaving(): Iterable<T> {
    return this.#entries;
  }
}

/** The empty order of a policy. */
export function orderOf<T extends Ordered<T>>(policy: CachePolicy): Order<T> {
  return policy === "lru" ? new Lru() : new S3Fifo();
}
