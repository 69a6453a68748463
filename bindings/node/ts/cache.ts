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

/** What only {@link Cache.open} hands to the constructor. */
class Opened {
  readonly handle: Handle;

  constructor(handle: Handle) {
    this.handle = handle;
  }
}

/**
 * A bounded LRU cache with a time to live per entry. A named cache is one for all worker threads of the process. Keys and values that are text
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
   * Makes a cache that only this object reaches.
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
   * Opens the named cache of this process, making it at the first call; each worker thread that opens the name shares it. It lives until all who
   * opened it have closed it or their threads have ended, or with `keep` until it is forgotten. With the fallback (see {@link Cache.kind}) each
   * thread has caches of its own.
   *
   * @param options bounds; one that is left out takes what the cache has
   * @throws {ArgumentError} an option is unknown, out of its range, or differs from that of the open cache
   * @throws {AddonError} the policy needs the addon, which could not be loaded
   */
  static open(name: string, options?: CacheOptions): Cache {
    textArgument(name, "the cache's name");
    const opened: object = new Opened(namedHandle(stores(), name, storeOptions(options), defaultStoreOptions()));
    return new Cache(opened);
  }

  /** Takes a name out of the process; returns whether it was there. Who has the cache open keeps it, and the next `open` makes a new one. */
  static forget(name: string): boolean {
    return stores().forget(textArgument(name, "the cache's name"));
  }

  /** Whether the cache is the addon's, or of plain TypeScript because the addon could not be loaded. */
  get kind(): "native" | "fallback" {
    return stores().kind;
  }

  /** How many entries are held. Expired ones count until their room is needed, their key is used or they are cleaned up. */
  get size(): number {
    return nativeCall(() => this.#handle.store().size());
  }

  /** How many bytes the entries take against `maxBytes`. */
  get bytes(): number {
    return nativeCall(() => this.#handle.store().bytes());
  }

  /**
   * Stores many values, each as `set` does, in the order given. Other threads may see some of them and others not yet.
   *
   * @throws {LimitError} an entry alone is larger than the cache; nothing is stored then
   */
  setMany(entries: Iterable<CacheEntry>): void {
    const { keys, values, ttls } = entriesArgument(entries);
    nativeCall(() => this.#handle.store().setMany(keys, values, ttls));
  }

  /** The values of many keys, each as `get` gives it, in the order of the keys. */
  getMany(keys: Iterable<string>): (string | Buffer | undefined)[] {
    const list = keysArgument(keys);
    return nativeCall(() => this.#handle.store().getMany(list));
  }

  /** Removes many entries; returns how many of them were there. */
  deleteMany(keys: Iterable<string>): number {
    const list = keysArgument(keys);
    return nativeCall(() => this.#handle.store().deleteMany(list));
  }

  /**
   * The value of a key; if there is none, the function computes it, once for all who ask meanwhile, in whatever thread. If it rejects, so do all
   * who wait in this thread, and another thread that waits computes in its turn.
   *
   * A value is stored unless its key was set, counted or deleted meanwhile. Within `leaseMs` the function must settle; else the promise rejects
   * with a {@link LimitError}, what comes later is dropped, and the next who asks computes.
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
   * The keys, in no useful order and without a change. They are read in pages while the loop runs: a key that is there all the while comes once;
   * one that comes or goes meanwhile may come or not.
   */
  keys(): Generator<string, void, undefined> {
    return keysOf(() => this.#handle.store());
  }

  /** The entries, as {@link Cache.keys} gives keys. */
  entries(): Generator<[key: string, value: string | Buffer], void, undefined> {
    return entriesOf(() => this.#handle.store());
  }

  [Symbol.iterator](): Generator<[key: string, value: string | Buffer], void, undefined> {
    return this.entries();
  }

  /** Removes the expired entries; returns how many. */
  cleanupExpired(): number {
    return nativeCall(() => this.#handle.store().cleanupExpired());
  }

  /** Removes all entries. Listeners are not told. */
  clear(): void {
    nativeCall(() => this.#handle.store().clear());
  }

  /**
   * Changes the caps, for all who have the cache open; returns how many entries had to go. `open` goes on comparing with what the cache was
   * opened with.
   *
   * @throws {ArgumentError} an option is unknown or out of its range; nothing changes then
   */
  resize(options: ResizeOptions): number {
    const { maxEntries, maxBytes } = optionsArgument(options, RESIZE_OPTIONS);
    return nativeCall(() => this.#handle.store().resize(maxEntries, maxBytes));
  }

  /** What the cache has counted, and what it holds, at one instant. */
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
   * Takes what a snapshot holds in place of all that is there, in one step. What the caps leave no room for is left out. Listeners are not told.
   *
   * @throws {ArgumentError} the bytes are not a snapshot, of another version, cut or changed; nothing changes then
   * @throws {AddonError} the cache is the fallback: see {@link Cache.kind}
   */
  restore(snapshot: Uint8Array): Restored {
    const bytes = bytesArgument(snapshot, "a snapshot");
    return nativeCall(() => this.#handle.store().restore(bytes));
  }

  /**
   * Calls a listener with the entries that left for a cap (`evicted`) or whose time to live was over when they were removed (`expired`), whichever
   * thread's call removed them. It is called later, with all events since its last call; at most 4096 wait, with 1 MiB of keys, and the number
   * of those dropped is told. What it throws is an uncaught exception; the other listeners are called. A listener keeps no process alive.
   */
  on<E extends keyof CacheEvents>(event: E, listener: CacheListener<E>): this {
    this.#listeners ??= listenersOf(this.#handle.store());
    this.#listeners.add(event, listener);
    return this;
  }

  /** Calls a listener no more. */
  off<E extends keyof CacheEvents>(event: E, listener: CacheListener<E>): this {
    this.#listeners ??= listenersOf(this.#handle.store());
    this.#listeners.remove(event, listener);
    return this;
  }

  /**
   * Closes this handle: its listeners are called no more, fetches that wait reject, and all calls but this one throw. A cache without a name, and a
   * named one that nobody else has open, gives its memory back at once.
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
