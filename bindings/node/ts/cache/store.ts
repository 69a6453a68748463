import type { CachePolicy, CacheStats, Restored } from "./types.ts";

/** A value to store. */
export type ValueIn = string | Uint8Array;
/** A stored value; undefined if the key is not there. */
export type ValueOut = string | Buffer | undefined;
/** Milliseconds, `false` for an entry that does not expire, undefined for the TTL of the cache. */
export type StoreTtl = number | false | undefined;
/** Why an entry left. */
export type StoreReason = "entries" | "bytes" | "resize" | "expired";

/** The options of a cache. */
export interface StoreOptions {
  maxEntries?: number | undefined;
  maxBytes?: number | undefined;
  policy?: CachePolicy | undefined;
  ttl?: StoreTtl;
  sliding?: boolean | undefined;
  keep?: boolean | undefined;
}

/** A part of the keys, and where the next part starts. */
export interface KeyPage {
  keys: string[];
  next?: number | undefined;
}

/** A part of the entries. */
export interface EntryPage extends KeyPage {
  values: (string | Buffer)[];
}

/** Events taken out of a queue. */
export interface Drained {
  keys: string[];
  reasons: StoreReason[];
  /** Events dropped since the last call because the queue was full. */
  dropped: number;
}

/** A queue of events. */
export interface StoreSubscription {
  drain(max: number): Drained;
  end(): void;
}

/** What to do with a key: take its value, compute it, or wait for its computation. */
export interface Asked {
  value: ValueOut;
  token?: number | undefined;
  waitMs?: number | undefined;
}

/**
 * A handle of a bounded cache: that of the addon (src/cache) or that of plain TypeScript (fallback/cache.ts). Arguments have the right types;
 * the handle checks their ranges.
 */
export interface CacheStore {
  get(key: string): ValueOut;
  /** As `get`, without counting a miss. */
  getIfThere(key: string): ValueOut;
  getBuffer(key: string): Buffer | undefined;
  peek(key: string): ValueOut;
  has(key: string): boolean;
  set(key: string, value: ValueIn, ttl: StoreTtl): void;
  delete(key: string): boolean;
  take(key: string): ValueOut;
  getOrInsert(key: string, value: ValueIn, ttl: StoreTtl): ValueOut;
  incr(key: string, by: number, ttl: StoreTtl): bigint;
  touch(key: string): boolean;
  expire(key: string, ttl: number | false): boolean;
  ttl(key: string): number | null | undefined;

  setMany(keys: string[], values: ValueIn[], ttls: (number | false | null)[] | undefined): void;
  getMany(keys: string[]): ValueOut[];
  deleteMany(keys: string[]): number;
  keyPage(cursor: number, limit: number): KeyPage;
  entryPage(cursor: number, limit: number): EntryPage;

  size(): number;
  bytes(): number;
  cleanupExpired(): number;
  clear(): void;
  resize(maxEntries: number | undefined, maxBytes: number | undefined): number;
  stats(): CacheStats;
  snapshot(): Buffer;
  restore(snapshot: Uint8Array): Restored;

  subscribe(capacity: number, wake: () => void): StoreSubscription;
  onWake(wake: (waiter: number) => void): void;
  lease(key: string, termMs: number, waiter: number): Asked;
  fulfil(key: string, token: number, value: ValueIn, ttl: StoreTtl): boolean;
  abandon(key: string, token: number): boolean;

  close(): void;
}

/** The source of handles. */
export interface Stores {
  kind: "native" | "fallback";
  make(options: StoreOptions): CacheStore;
  /** The defaults apply if the call makes the cache. */
  open(name: string, options: StoreOptions, defaults: StoreOptions): CacheStore;
  forget(name: string): boolean;
  /** Whether two handles are of one cache. */
  areSame(one: CacheStore, other: CacheStore): boolean;
  /** Adds the quick calls to a handle; `make` returns one that has them. */
  quicken(store: CacheStore): void;
}
