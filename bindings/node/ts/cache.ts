import { type NativeCache, nativeCall } from "./addon.ts";
import { optionsArgument, textArgument } from "./arguments.ts";
import { addon } from "./loader.ts";

/** Bounds of a {@link Cache}. Both caps hold at every instant. */
export interface CacheOptions {
  /** Most entries, from 1 to 2^31 - 1. Default: 10,000. */
  maxEntries?: number;
  /** Most bytes: keys and values as UTF-8, and a fixed overhead for each entry. Default: 8 MiB. */
  maxBytes?: number;
  /** How long an entry lives unless its own `ttlMs` says otherwise, in milliseconds, up to 100 years. Default: for ever. */
  ttlMs?: number;
}

/** Options of one entry. */
export interface SetOptions {
  /** How long this entry lives, in milliseconds, up to 100 years. */
  ttlMs?: number;
}

const OPTIONS = { maxEntries: "number", maxBytes: "number", ttlMs: "number" } as const;
const SET_OPTIONS = { ttlMs: "number" } as const;

/**
 * A bounded LRU cache with a time to live per entry. A named cache is one for all worker threads of the process.
 *
 * ```ts
 * const sessions = Cache.open("sessions", { maxEntries: 1000, ttlMs: 60_000 });
 * sessions.set("ann", "token");
 * sessions.get("ann"); // "token"
 * ```
 */
export class Cache {
  readonly #native: NativeCache;

  /**
   * Makes a cache that only this object reaches.
   *
   * @throws {ArgumentError} an option is unknown or out of its range
   * @throws {AddonError} the native addon could not be loaded
   */
  constructor(options?: CacheOptions);
  constructor(options?: CacheOptions | NativeCache) {
    const { Cache: Native } = addon();
    // `open` hands in a native cache; nobody else can have one.
    this.#native = options instanceof Native ? options : nativeCall(() => new Native(optionsArgument(options, OPTIONS)));
  }

  /**
   * Opens the named cache of this process, making it at the first call; each worker thread that opens the name shares it.
   *
   * @param options bounds; one that is left out takes what the cache has
   * @throws {ArgumentError} an option is unknown, out of its range, or differs from what the open cache has
   * @throws {AddonError} the native addon could not be loaded
   */
  static open(name: string, options?: CacheOptions): Cache {
    textArgument(name, "the cache's name");
    const checked = optionsArgument(options, OPTIONS);
    const native: object = nativeCall(() => addon().Cache.open(name, checked));
    return new Cache(native);
  }

  /** How many entries are held. Expired ones count until their room is needed, their key is used or they are cleaned up. */
  get size(): number {
    return nativeCall(() => this.#native.size());
  }

  /** How many bytes the entries take against `maxBytes`. */
  get bytes(): number {
    return nativeCall(() => this.#native.bytes());
  }

  /**
   * Stores a value, replacing the key's old one and its time to live. Expired entries, then the least recently used ones,
   * make room for it.
   *
   * @param value text, or bytes (which are copied)
   * @throws {ArgumentError} the value is neither text nor bytes, or `ttlMs` is out of its range
   * @throws {LimitError} the entry alone is larger than the cache; the old value stays
   */
  set(key: string, value: string | Uint8Array, options?: SetOptions): void {
    textArgument(key, "the key");
    if (!(value instanceof Uint8Array)) textArgument(value, "a value that is no Uint8Array");
    const { ttlMs } = optionsArgument(options, SET_OPTIONS);
    nativeCall(() => this.#native.set(key, value, ttlMs));
  }

  /** The value of a key, bytes as a Buffer of their own; undefined if it is not there or has expired. */
  get(key: string): string | Buffer | undefined {
    textArgument(key, "the key");
    return nativeCall(() => this.#native.get(key));
  }

  /** Removes an entry; returns whether it was there. */
  delete(key: string): boolean {
    textArgument(key, "the key");
    return nativeCall(() => this.#native.delete(key));
  }

  /** Removes the expired entries; returns how many. */
  cleanupExpired(): number {
    return nativeCall(() => this.#native.cleanupExpired());
  }

  /** Removes all entries. */
  clear(): void {
    nativeCall(() => this.#native.clear());
  }
}
