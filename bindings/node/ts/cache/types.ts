import type { ProfileName } from "../profile.ts";

/** Which entries leave for the caps, see {@link CacheOptions.policy}. */
export type CachePolicy = "lru" | "s3fifo";

/** Bounds of a cache. Both caps hold at every instant. */
export interface CacheOptions {
  /** Most entries, from 1 to 2^31 - 1. Default: 10,000. */
  maxEntries?: number;
  /** Most bytes: keys and values as UTF-8, and 80 bytes of overhead for each entry, 94 with `s3fifo`. Default: 8 MiB. */
  maxBytes?: number;
  /**
   * Which entries leave for the caps, after those that have expired: with `lru` the least recently used ones, exactly; with `s3fifo` those
   * that were hardly used since they came in, so that keys asked for once do not push out those asked for again. Default: `lru`. Without the addon there is `lru` alone: another policy is an {@link AddonError}.
   */
  policy?: CachePolicy;
  /**
   * How long an entry lives unless its own `ttlMs` says otherwise, in milliseconds, more than 0 and up to 100 years. Null: for ever, which is
   * the default; with {@link CacheOptions} of a named cache null asks for it, where leaving it out takes what the cache has.
   */
  ttlMs?: number | null;
  /** Whether a read or a `touch` starts the time to live of its entry anew. Default: false. */
  slidingTtl?: boolean;
  /**
   * Whether a named cache stays, with its entries, when no handle of it is open, until {@link Cache.forget}. Default: false. Without a name it
   * means nothing.
   */
  keep?: boolean;
  /** A class of memory, whose caps are taken in place of those that are left out; `auto` looks at the machine. Default: none, or GRID_PROFILE. */
  profile?: ProfileName | "auto";
}

/** Options of one entry. */
export interface SetOptions {
  /**
   * How long this entry lives, in milliseconds, more than 0 and up to 100 years; null for an entry that does not expire. 0 is refused: what
   * comes of `expiresAt - now` must not mean for ever.
   */
  ttlMs?: number | null;
}

/** Options of {@link Cache.fetch}. */
export interface FetchOptions extends SetOptions {
  /** Longest time that one call of the function may take, in milliseconds, up to 2^31 - 1. Default: 30,000. */
  leaseMs?: number;
}

/** Other caps; one that is left out stays. */
export interface ResizeOptions {
  /** Most entries, from 1 to 2^31 - 1. */
  maxEntries?: number;
  /** Most bytes, as in {@link CacheOptions}. */
  maxBytes?: number;
}

/** An entry as {@link Cache.setMany} takes it; a Map is a list of such. */
export type CacheEntry = readonly [key: string, value: string | Uint8Array, options?: SetOptions];

/** An entry that left because a cap had no room for it. */
export interface EvictedEvent {
  key: string;
  /** Which cap had no room: that of entries, that of bytes, or either when `resize` lowered it. */
  reason: "entries" | "bytes" | "resize";
}

/** An entry that was removed because its time to live was over. */
export interface ExpiredEvent {
  key: string;
  reason: "expired";
}

/** The events by the names that {@link Cache.on} takes. */
export interface CacheEvents {
  evicted: EvictedEvent;
  expired: ExpiredEvent;
}

/**
 * Gets the events since its last call, in the order in which the entries left, and how many events of all kinds were dropped meanwhile because
 * more than 4096 waited, or more than 1 MiB of their keys.
 */
export type CacheListener<E extends keyof CacheEvents> = (events: CacheEvents[E][], dropped: number) => void;

/** Counts since a cache was made, and what it holds now. */
export interface CacheStats {
  /** Reads that found their key: `get`, `getBuffer`, `getJson`, `getMany`, `take`, `getOrInsert` and `fetch`. */
  hits: number;
  /** Reads of these kinds that did not. */
  misses: number;
  /** Entries that came in under a key that was not there. */
  inserts: number;
  /** Entries that took the place of one under their key. */
  updates: number;
  /** Entries that left for the cap of entries. */
  evictedForEntries: number;
  /** Entries that left for the cap of bytes. */
  evictedForBytes: number;
  /** Entries that left because `resize` lowered a cap. */
  evictedByResize: number;
  /** Expired entries that were removed, by whatever call. */
  expirations: number;
  /** Entries that `delete`, `deleteMany` and `take` removed. */
  deletes: number;
  /** Entries that `clear` and `restore` removed. */
  cleared: number;
  /** Entries that were too large to come in. */
  refused: number;
  /** Entries held now, as `size` counts them. */
  entries: number;
  /** Bytes held now, as `bytes` counts them. */
  bytes: number;
  /** Most entries held at any instant since the cache was made or resized. */
  peakEntries: number;
  /** Most bytes held at any instant since the cache was made or resized. */
  peakBytes: number;
  /** The cap of entries now. */
  maxEntries: number;
  /** The cap of bytes now. */
  maxBytes: number;
  /** Leases of `fetch` that stand; one that ended by its time counts until its key is asked for. */
  leases: number;
}

/** What {@link Cache.restore} brought. */
export interface Restored {
  /** Entries that the cache holds now. */
  entries: number;
  /** Entries that the caps left no room for: those that would have left first, and those larger than the cache. */
  leftOut: number;
}
