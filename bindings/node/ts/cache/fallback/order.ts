// The order in which entries leave for a cap: the rules of crates/grid-cache/src/order.rs.
import type { CachePolicy } from "../types.ts";
import { S3Fifo } from "./s3fifo.ts";

/** The queue of an entry and its uses since it came there, where the policy counts them. */
export interface Usage {
  isMain: boolean;
  uses: number;
}

/** What an order knows of an entry. */
export interface Ordered {
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
export interface Order<T extends Ordered> {
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
class Lru<T extends Ordered> implements Order<T> {
  /** The oldest first. */
  readonly #entries = new Set<T>();

  insert(entry: T): void {
    this.#entries.add(entry);
  }

  touch(entry: T): void {
    this.#entries.delete(entry);
    this.#entries.add(entry);
  }

  remove(entry: T): void {
    this.#entries.delete(entry);
  }

  victim(): T | undefined {
    return this.#entries.values().next().value;
  }

  byLeaving(): Iterable<T> {
    return this.#entries;
  }
}

/** The empty order of a policy. */
export function orderOf<T extends Ordered>(policy: CachePolicy): Order<T> {
  return policy === "lru" ? new Lru() : new S3Fifo();
}
