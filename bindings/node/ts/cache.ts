import { nativeCall } from "./addon-errors.ts";
import { bytesArgument, optionsArgument, textArgument } from "./arguments.ts";
import { defaultStoreOptions, entriesArgument, filledUp, keyArgument, keysArgument, storeOptions, storeTtl } from "./cache/arguments.ts";
import { type Compute, computeArgument, type Flights, flightsOf, leaseArgument } from "./cache/flights.ts";
import { type Handle, namedHandle, ownHandle } from "./cache/handles.ts";
import { KeyCalls } from "./cache/key-calls.ts";
import { type Listeners, listenersOf } from "./cache/listeners.ts";
import { entriesOf, keysOf } from "./cache/pages.ts";
import { stores } from "./cache/stores.ts";
import type {
  CacheEntry,
  CacheEvents,
  CacheListener,
  CacheOptions,
  CacheStats,
  FetchOptions,
  ResizeOptions,
  Restored,
} from "./cache/types.ts";

const FETCH_OPTIONS = { ttlMs: "number or null", leaseMs: "number" } as const;
const RESIZE_OPTIONS = { maxEntries: "number", maxBytes: "number" } as const;
const DEFAULT_LEASE_MS = 30_000;

/** The private argument of the constructor for {@link Cache.open}. */
class Opened {
  readonly handle: Handle;

  constructor(handle: Handle) {
    this.handle = handle;
  }
}

/**
 * A bounded LRU cache with a time to live per entry. All worker threads of the process share a named cache. Keys and values that are text
 * must be well-formed: half of a surrogate pair is an {@link ArgumentError}.
 *
 * ```ts
 * const sessions = Cache.open("sessions", { maxEntries: 1000, ttlMs: 60_000 });
 * sessions.set("ann", "token");
 * sessions.get("ann"); // "token"
 * ```
 */
export class Cache extends KeyCalls {
  readonly #handle: Handle;
  #flights: Flights | undefined;
  #listeners: Listeners | undefined;

  /**
   * Makes a cache without a name.
   *
   * @throws {ArgumentError} an option is unknown or out of its range
   * @throws {AddonError} the policy needs the addon, which could not be loaded
   */
  constructor(options?: CacheOptions);
  constructor(options?: CacheOptions | Opened) {
    const handle = options instanceof Opened ? options.handle : ownHandle(stores(), filledUp(storeOptions(options), defaultStoreOptions()));
    super(handle);
    this.#handle = handle;
  }

  /**
   * Opens the named cache of this process; the first call makes it, and all worker threads share it. It lives until each of its users has
   * closed it or its thread has ended, or with `keep` until it is forgotten. With the fallback (see {@link Cache.kind}) each
   * thread has its own caches.
   *
   * @param options bounds; an option that is left out has the value of the open cache
   * @throws {ArgumentError} an option is unknown, out of its range, or differs from that of the open cache
   * @throws {AddonError} the policy needs the addon, which could not be loaded
   */
  static open(name: string, options?: CacheOptions): Cache {
    textArgument(name, "the cache's name");
    const opened: object = new Opened(namedHandle(stores(), name, storeOptions(options), defaultStoreOptions()));
    return new Cache(opened);
  }

  /** Removes a name from the process; returns whether it was there. Open handles keep the cache, and the next `open` makes a new one. */
  static forget(name: string): boolean {
    return stores().forget(textArgument(name, "the cache's name"));
  }

  /** Whether the cache is that of the addon, or of plain TypeScript because the addon could not be loaded. */
  get kind(): "native" | "fallback" {
    return stores().kind;
  }

  /** The number of entries. Expired entries count until their room is needed, their key is used or they are cleaned up. */
  get size(): number {
    return nativeCall(() => this.#handle.store().size());
  }

  /** The bytes of the entries that count towards `maxBytes`. */
  get bytes(): number {
    return nativeCall(() => this.#handle.store().bytes());
  }

  /**
   * Stores many values, each as `set` does, in the given order. Other threads may see a part of them.
   *
   * @throws {LimitError} an entry alone is larger than the cache; nothing is stored then
   */
  setMany(entries: Iterable<CacheEntry>): void {
    const { keys, values, ttls } = entriesArgument(entries);
    nativeCall(() => this.#handle.store().setMany(keys, values, ttls));
  }

  /** The values of many keys, each as from `get`, in the order of the keys. */
  getMany(keys: Iterable<string>): (string | Buffer | undefined)[] {
    const list = keysArgument(keys);
    return nativeCall(() => this.#handle.store().getMany(list));
  }

  /** Removes many entries; returns the number of those that were there. */
  deleteMany(keys: Iterable<string>): number {
    const list = keysArgument(keys);
    return nativeCall(() => this.#handle.store().deleteMany(list));
  }

  /**
   * The value of a key; if there is none, the function computes it, once for all callers of all threads. If it rejects, the callers of this
   * thread reject, and a waiting caller of another thread computes next.
   *
   * A value is stored unless its key was set, counted or deleted meanwhile. The function must settle within `leaseMs`; else the promise rejects
   * with a {@link LimitError}, a later value is dropped, and the next caller computes.
   */
  async fetch(key: string, compute: Compute, options?: FetchOptions): Promise<string | Buffer> {
    keyArgument(key);
    computeArgument(compute);
    const { ttlMs, leaseMs = DEFAULT_LEASE_MS } = optionsArgument(options, FETCH_OPTIONS);
    leaseArgument(leaseMs);
    const value = nativeCall(() => this.#handle.store().getIfThere(key));
    if (value !== undefined) return value;
    this.#flights ??= flightsOf(this.#handle.store());
    return await this.#flights.fetch(key, compute, storeTtl(ttlMs), leaseMs);
  }

  /**
   * The keys, in no useful order; nothing changes. They are read in pages while the loop runs: a key that is there all the time comes once;
   * a key that is added or removed meanwhile may be missing.
   */
  keys(): Generator<string, void, undefined> {
    return keysOf(() => this.#handle.store());
  }

  /** The entries, read as by {@link Cache.keys}. */
  entries(): Generator<[key: string, value: string | Buffer], void, undefined> {
    return entriesOf(() => this.#handle.store());
  }

  [Symbol.iterator](): Generator<[key: string, value: string | Buffer], void, undefined> {
    return this.entries();
  }

  /** Removes the expired entries; returns their number. */
  cleanupExpired(): number {
    return nativeCall(() => this.#handle.store().cleanupExpired());
  }

  /** Removes all entries. Listeners get no events. */
  clear(): void {
    nativeCall(() => this.#handle.store().clear());
  }

  /**
   * Changes the caps for all handles of the cache; returns the number of evicted entries. `open` still compares its options with those that
   * the cache was made with.
   *
   * @throws {ArgumentError} an option is unknown or out of its range; nothing changes then
   */
  resize(options: ResizeOptions): number {
    const { maxEntries, maxBytes } = optionsArgument(options, RESIZE_OPTIONS);
    return nativeCall(() => this.#handle.store().resize(maxEntries, maxBytes));
  }

  /** The counts and the sizes of the cache, at one instant. */
  stats(): CacheStats {
    return nativeCall(() => this.#handle.store().stats());
  }

  /**
   * All entries as bytes with a checksum: keys, values, the order of use and the rest of each time to live.
   *
   * @throws {AddonError} the cache is the fallback: see {@link Cache.kind}
   */
  snapshot(): Buffer {
    return nativeCall(() => this.#handle.store().snapshot());
  }

  /**
   * Replaces all entries by those of a snapshot, in one step. Entries for which the caps leave no room are left out. Listeners get no events.
   *
   * @throws {ArgumentError} the bytes are not a snapshot, of another version, cut or changed; nothing changes then
   * @throws {AddonError} the cache is the fallback: see {@link Cache.kind}
   */
  restore(snapshot: Uint8Array): Restored {
    const bytes = bytesArgument(snapshot, "a snapshot");
    return nativeCall(() => this.#handle.store().restore(bytes));
  }

  /**
   * Calls a listener with the entries that a cap evicted (`evicted`) or that were removed after their time to live (`expired`), by a call of
   * any thread. It is called later, with all events since its last call. At most 4096 events wait, with 1 MiB of keys; the listener gets the
   * number of dropped ones. An error that it throws is an uncaught exception; the other listeners are called. A listener keeps no process alive.
   */
  on<E extends keyof CacheEvents>(event: E, listener: CacheListener<E>): this {
    this.#listeners ??= listenersOf(this.#handle.store());
    this.#listeners.add(event, listener);
    return this;
  }

  /** Removes a listener. */
  off<E extends keyof CacheEvents>(event: E, listener: CacheListener<E>): this {
    this.#listeners ??= listenersOf(this.#handle.store());
    this.#listeners.remove(event, listener);
    return this;
  }

  /**
   * Closes this handle: its listeners are removed, waiting fetches reject, and all calls except this one throw. A cache without a name, and a
   * named cache without another handle, frees its memory at once.
   */
  close(): void {
    if (!this.#handle.isOpen()) return;
    this.#listeners?.end();
    this.#flights?.end();
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
