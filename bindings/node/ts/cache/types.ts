import type { ProfileName } from "../profile.ts";

/** Which entries the caps evict: see {@link CacheOptions.policy}. */
export type CachePolicy = "lru" | "s3fifo";

/** Bounds of a cache. Both caps hold at every instant. */
export interface CacheOptions {
  /** Most entries, from 1 to 2^31 - 1. Default: 10,000. */
  maxEntries?: number;
  /** Most bytes: keys and values as UTF-8, and 80 bytes of overhead per entry, 94 with `s3fifo`. Default: 8 MiB. */
  maxBytes?: number;
  /**
   * Which entries the caps evict, after expired ones: with `lru` exactly the least recently used ones; with `s3fifo` those with hardly any
   * use since they were added, so that keys that are read once do not evict keys that are read again. Default: `lru`. Without the addon there is `lru` alone: another policy is an {@link AddonError}.
   */
  policy?: CachePolicy;
  /**
   * How long an entry without its own `ttlMs` lives, in milliseconds, more than 0 and up to 100 years. Null, the default: for ever. For a
   * named cache that is open, null is compared with its value; if the option is left out, nothing is compared.
   */
  ttlMs?: number | null;
  /** Whether a read or a `touch` restarts the time to live of its entry. Default: false. */
  slidingTtl?: boolean;
  /**
   * Whether a named cache stays, with its entries, while no handle of it is open, until {@link Cache.forget}. Default: false. It has no effect
   * without a name.
   */
  keep?: boolean;
  /** A class of memory with caps for those that are left out; `auto` measures the machine. Default: none, or GRID_PROFILE. */
  profile?: ProfileName | "auto";
}

/** Options of one entry. */
export interface SetOptions {
  /**
   * How long this entry lives, in milliseconds, more than 0 and up to 100 years; null for an entry that does not expire. 0 is refused: the
   * result of `expiresAt - now` must not mean for ever.
   */
  ttlMs?: number | null;
}

/** Options of {@link Cache.fetch}. */
export interface FetchOptions extends SetOptions {
  /** Longest time of one call of the function, in milliseconds, up to 2^31 - 1. Default: 30,000. */
  leaseMs?: number;
}

/** New caps; a cap that is left out stays. */
export interface ResizeOptions {
  /** Most entries, from 1 to 2^31 - 1. */
  maxEntries?: number;
  /** Most bytes, as in {@link CacheOptions}. */
  maxBytes?: number;
}

/** An entry as {@link Cache.setMany} takes it; a Map is a list of entries. */
export type CacheEntry = readonly [key: string, value: string | Uint8Array, options?: SetOptions];

/** An entry that a cap evicted. */
export interface EvictedEvent {
  key: string;
  /** The cap without room: that of entries, that of bytes, or either after `resize` lowered it. */
  reason: "entries" | "bytes" | "resize";
}

/** An entry that was removed after its time to live. */
export interface ExpiredEvent {
  key: string;
  reason: "expired";
}

/** The events by their names in {@link Cache.on}. */
export interface CacheEvents {
  evicted: EvictedEvent;
  expired: ExpiredEvent;
}

/**
 * Gets the events since its last call, in the order of the removals, and the number of events of all kinds that were dropped because
 * more than 4096 waited, or more than 1 MiB of their keys.
 */
export type CacheListener<E extends keyof CacheEvents> = (events: CacheEvents[E][], dropped: number) => void;

/** Counts since a cache was made, and its current sizes. */
export interface CacheStats {
  /** Reads that found their key: `get`, `getBuffer`, `getJson`, `getMany`, `take`, `getOrInsert` and `fetch`. */
  hits: number;
  /** Reads of these kinds that did not find their key. */
  misses: number;
  /** Entries that were added under a new key. */
  inserts: number;
  /** Entries that replaced an entry of their key. */
  updates: number;
  /** Entries that the cap of entries evicted. */
  evictedForEntries: number;
  /** Entries that the cap of bytes evicted. */
  evictedForBytes: number;
  /** Entries that were evicted because `resize` lowered a cap. */
  evictedByResize: number;
  /** Expired entries that were removed, by any call. */
  expirations: number;
  /** Entries that `delete`, `deleteMany` and `take` removed. */
  deletes: number;
  /** Entries that `clear` and `restore` removed. */
  cleared: number;
  /** Entries that were refused because they are larger than the cache. */
  refused: number;
  /** Current entries, as in `size`. */
  entries: number;
  /** Current bytes, as in `bytes`. */
  bytes: number;
  /** Most entries at any instant since the cache was made or resized. */
  peakEntries: number;
  /** Most bytes at any instant since the cache was made or resized. */
  peakBytes: number;
  /** The current cap of entries. */
  maxEntries: number;
  /** The current cap of bytes. */
  maxBytes: number;
  /** Current leases of `fetch`; a lease that ended by its time counts until its key is fetched again. */
  leases: number;
}

/** The result of {@link Cache.restore}. */
export interface Restored {
  /** Entries in the cache now. */
  entries: number;
  /** Entries for which the caps left no room: those that would be evicted first, and those larger than the cache. */
  leftOut: number;
}
