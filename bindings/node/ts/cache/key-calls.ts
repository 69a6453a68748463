import { nativeCall } from "../addon-errors.ts";
import { ArgumentError, InputError, LimitError } from "../errors.ts";
import { jsonText } from "../json.ts";
import { keyArgument, numberArgument, storeTtl, ttlOption, valueArgument } from "./arguments.ts";
import type { Handle } from "./handles.ts";
import type { SetOptions } from "./types.ts";

/** The calls of a cache for one key. */
export class KeyCalls {
  readonly #handle: Handle;

  /** @internal */
  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /**
   * Stores a value in place of the old value of the key and its time to live. Expired entries, then those that the policy selects,
   * make room for it.
   *
   * @param value text, or bytes (which are copied)
   * @throws {ArgumentError} the value is neither text nor bytes, or `ttlMs` is out of its range
   * @throws {LimitError} the entry alone is larger than the cache; the old value stays
   */
  set(key: string, value: string | Uint8Array, options?: SetOptions): void {
    keyArgument(key);
    const ttl = ttlOption(options);
    valueArgument(value);
    nativeCall(() => this.#handle.store().set(key, value, ttl));
  }

  /** The value of a key, bytes as a copy in a Buffer; undefined if it is not there or has expired. */
  get(key: string): string | Buffer | undefined {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().get(key));
  }

  /** The value of a key as bytes; the bytes of a text are its UTF-8. */
  getBuffer(key: string): Buffer | undefined {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().getBuffer(key));
  }

  /**
   * Stores a value as JSON text.
   *
   * @throws {InputError} JSON cannot represent the value
   */
  setJson(key: string, value: unknown, options?: SetOptions): void {
    this.set(key, jsonText(value, "the value"), options);
  }

  /**
   * The value of a key, read as JSON; undefined if it is not there.
   *
   * @throws {InputError} the value is not JSON text
   */
  getJson<T = unknown>(key: string): T | undefined {
    const text = this.get(key);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text.toString()) as T;
    } catch (error) {
      throw new InputError(`the value is not JSON text: store it by setJson, or read it by get (${String(error)})`, { cause: error });
    }
  }

  /** The value of a key as from `get`. Nothing changes: neither the order of use, nor a time to live, nor a count. */
  peek(key: string): string | Buffer | undefined {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().peek(key));
  }

  /** Whether a key is there and has not expired; nothing changes. */
  has(key: string): boolean {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().has(key));
  }

  /** Removes an entry; returns whether it was there. */
  delete(key: string): boolean {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().delete(key));
  }

  /** Removes an entry and returns its value. One of several threads gets it. */
  take(key: string): string | Buffer | undefined {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().take(key));
  }

  /** The value of a key; if there is none, this value is stored first. One of several threads stores its value, and all get that value. */
  getOrInsert(key: string, value: string | Uint8Array, options?: SetOptions): string | Buffer {
    keyArgument(key);
    const ttl = ttlOption(options);
    valueArgument(value);
    return nativeCall(() => this.#handle.store().getOrInsert(key, value, ttl)!);
  }

  /**
   * Adds to a count, the text of a whole number, and returns the sum; a key that is not there counts as 0. The entry keeps its time to live;
   * a new entry gets `ttlMs`.
   *
   * @param by a whole number up to 2^53 - 1, negative to count down; default 1
   * @throws {ArgumentError} the value is not a count; it stays
   * @throws {LimitError} the sum is past 64 bits, and the value stays; or past 2^53 - 1, which no number holds exactly, and it is counted
   */
  incr(key: string, by = 1, options?: SetOptions): number {
    keyArgument(key);
    if (!Number.isSafeInteger(numberArgument(by, "what to add"))) {
      throw new ArgumentError(`what to add must be a whole number up to 2^53 - 1, not ${by}: leave it out for 1`);
    }
    const ttl = ttlOption(options);
    const sum = nativeCall(() => this.#handle.store().incr(key, by, ttl));
    const number = Number(sum);
    if (Number.isSafeInteger(number)) return number;
    throw new LimitError(`the count is ${sum} now, which a JavaScript number does not hold: read it by get, or count in larger units`);
  }

  /** Makes a key the most recently used, as a read does; returns whether it is there. With `slidingTtl` its time to live starts again. */
  touch(key: string): boolean {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().touch(key));
  }

  /** Sets the time to live of an entry from now on, or none (null); returns whether it is there. */
  expire(key: string, ttlMs: number | null): boolean {
    keyArgument(key);
    const ttl = storeTtl(ttlMs === null ? null : numberArgument(ttlMs, "ttlMs")) ?? false;
    return nativeCall(() => this.#handle.store().expire(key, ttl));
  }

  /** The rest of the time to live in milliseconds; null if the entry does not expire, undefined if it is not there. Nothing changes. */
  ttl(key: string): number | null | undefined {
    keyArgument(key);
    return nativeCall(() => this.#handle.store().ttl(key));
  }
}
