import { type AddonError, ArgumentError, LimitError } from "../../errors.ts";
import type { Asked, CacheStore, EntryPage, KeyPage, StoreOptions, StoreSubscription, StoreTtl, ValueIn, ValueOut } from "../store.ts";
import type { CacheStats } from "../types.ts";
import { currentMicros, Entries, type Entry, startingLife } from "./entries.ts";
import { checkCap, checkSameOptions, microsOf, NEVER, type Settings, settingsOf } from "./limits.ts";

const WHOLE_NUMBER = /^[+-]?\d+$/;

/** A cache in plain TypeScript, with the behaviour of the addon's under the policy lru. All users of a name in a thread share one object. */
export class FallbackCache implements CacheStore {
  readonly #settings: Settings;
  readonly #entries: Entries;
  readonly #needsAddon: (feature: string) => AddonError;
  readonly #onLastClose: () => void;
  #handles = 1;

  constructor(options: StoreOptions, needsAddon: (feature: string) => AddonError, onLastClose: () => void = () => {}) {
    this.#settings = settingsOf(options);
    this.#entries = new Entries(this.#settings);
    this.#needsAddon = needsAddon;
    this.#onLastClose = onLastClose;
  }

  /** Counts one more user, unless the options differ. */
  reopen(name: string, options: StoreOptions): void {
    settingsOf(options);
    checkSameOptions(name, this.#settings, options);
    this.#handles += 1;
  }

  close(): void {
    this.#handles -= 1;
    if (this.#handles > 0 || this.#settings.keep) return;
    this.#onLastClose();
  }

  get(key: string): ValueOut {
    return valueOut(this.#entries.read(key, currentMicros()));
  }

  getIfThere(key: string): ValueOut {
    const now = currentMicros();
    return this.#entries.live(key, now) && valueOut(this.#entries.read(key, now));
  }

  getBuffer(key: string): Buffer | undefined {
    const entry = this.#entries.read(key, currentMicros());
    return entry && Buffer.from(entry.value);
  }

  peek(key: string): ValueOut {
    return valueOut(this.#entries.look(key, currentMicros()));
  }

  has(key: string): boolean {
    return this.#entries.look(key, currentMicros()) !== undefined;
  }

  set(key: string, value: ValueIn, ttl: StoreTtl): void {
    this.#put(key, value, this.#ttlOf(ttl));
  }

  delete(key: string): boolean {
    return this.#entries.remove(key, currentMicros()) !== undefined;
  }

  take(key: string): ValueOut {
    const entry = this.#entries.remove(key, currentMicros());
    this.#entries.countRead(entry);
    return valueOut(entry);
  }

  getOrInsert(key: string, value: ValueIn, ttl: StoreTtl): ValueOut {
    const micros = this.#ttlOf(ttl);
    const now = currentMicros();
    if (this.#entries.live(key, now)) return valueOut(this.#entries.read(key, now));
    this.#entries.checkSize(key, value);
    this.#entries.countRead(undefined);
    this.#entries.put(key, value, startingLife(now, micros), now);
    return valueOut(this.#entries.look(key, now));
  }

  incr(key: string, by: number, ttl: StoreTtl): bigint {
    const micros = this.#ttlOf(ttl);
    this.#entries.checkSize(key, "");
    const now = currentMicros();
    const entry = this.#entries.live(key, now);
    if (!entry) {
      this.#entries.put(key, String(by), startingLife(now, micros), now);
      return BigInt(by);
    }
    const count = countOf(entry.value);
    const sum = count + BigInt(by);
    if (!fits(sum)) {
      throw new LimitError(`${count} and ${by} add up to more than 64 bits hold: set the value again, or count in larger units`);
    }
    this.#entries.put(key, String(sum), this.#entries.renewed(entry, now), now);
    return sum;
  }

  touch(key: string): boolean {
    const now = currentMicros();
    const entry = this.#entries.live(key, now);
    if (entry) this.#entries.touch(entry, now);
    return entry !== undefined;
  }

  expire(key: string, ttl: number | false): boolean {
    const micros = this.#ttlOf(ttl);
    const now = currentMicros();
    const entry = this.#entries.live(key, now);
    if (entry) this.#entries.setLife(entry, startingLife(now, micros));
    return entry !== undefined;
  }

  ttl(key: string): number | null | undefined {
    const now = currentMicros();
    const entry = this.#entries.look(key, now);
    if (!entry) return undefined;
    return entry.deadline === NEVER ? null : (entry.deadline - now) / 1000;
  }

  setMany(keys: string[], values: ValueIn[], ttls: (number | false | null)[] | undefined): void {
    const micros = keys.map((_, index) => this.#ttlOf(ttls?.[index] ?? undefined));
    for (const [index, key] of keys.entries()) this.#entries.checkSize(key, values[index]!);
    for (const [index, key] of keys.entries()) this.#put(key, values[index]!, micros[index]!);
  }

  getMany(keys: string[]): ValueOut[] {
    return keys.map((key) => this.get(key));
  }

  deleteMany(keys: string[]): number {
    return keys.filter((key) => this.delete(key)).length;
  }

  /** All keys on one page, so that changes during a loop over them affect nothing. */
  keyPage(): KeyPage {
    return { keys: Array.from(this.#entries.all(currentMicros()), ({ key }) => key) };
  }

  entryPage(): EntryPage {
    const entries = [...this.#entries.all(currentMicros())];
    return { keys: entries.map(({ key }) => key), values: entries.map(copyOut) };
  }

  size(): number {
    return this.#entries.size;
  }

  bytes(): number {
    return this.#entries.bytes;
  }

  cleanupExpired(): number {
    return this.#entries.removeExpired(currentMicros());
  }

  clear(): void {
    this.#entries.clear();
  }

  resize(maxEntries: number | undefined, maxBytes: number | undefined): number {
    const { limits } = this.#entries;
    const wanted = {
      maxEntries: checkCap("maxEntries", maxEntries ?? limits.maxEntries),
      maxBytes: checkCap("maxBytes", maxBytes ?? limits.maxBytes),
    };
    return this.#entries.resize(wanted, currentMicros());
  }

  stats(): CacheStats {
    return this.#entries.stats();
  }

  snapshot(): never {
    throw this.#needsAddon("snapshot()");
  }

  restore(): never {
    throw this.#needsAddon("restore()");
  }

  subscribe(capacity: number, wake: () => void): StoreSubscription {
    return this.#entries.subscribe(capacity, wake);
  }

  onWake(wake: (waiter: number) => void): void {
    this.#entries.leases.wake = wake;
  }

  lease(key: string, termMs: number, waiter: number): Asked {
    const now = currentMicros();
    this.#entries.checkSize(key, "");
    const entry = this.#entries.read(key, now);
    if (entry) return { value: copyOut(entry) };
    const token = this.#entries.leases.ask(key, this.#entries.limits.maxBytes, waiter);
    return token === undefined ? { value: undefined, waitMs: termMs } : { value: undefined, token };
  }

  fulfil(key: string, token: number, value: ValueIn, ttl: StoreTtl): boolean {
    const micros = this.#ttlOf(ttl);
    // First: the lease ends also if the value is too large.
    if (!this.abandon(key, token)) return false;
    this.#put(key, value, micros);
    return true;
  }

  abandon(key: string, token: number): boolean {
    const stood = this.#entries.leases.stands(key, token);
    if (stood) this.#entries.leases.end(key);
    return stood;
  }

  #put(key: string, value: ValueIn, ttl: number): void {
    const now = currentMicros();
    this.#entries.put(key, value, startingLife(now, ttl), now);
  }

  /** A TTL in microseconds: the given one, or that of the cache. */
  #ttlOf(ttl: StoreTtl): number {
    return microsOf(ttl) ?? this.#settings.ttl;
  }
}

/** A copy of the value of an entry. */
function copyOut({ value }: Entry): string | Buffer {
  return typeof value === "string" ? value : Buffer.from(value);
}

function valueOut(entry: Entry | undefined): ValueOut {
  return entry && copyOut(entry);
}

/** The count that a value is the text of. */
function countOf(value: string | Buffer): bigint {
  if (typeof value === "string" && WHOLE_NUMBER.test(value)) {
    const count = BigInt(value);
    if (fits(count)) return count;
  }
  throw new ArgumentError(
    "the value to count up is not the text of a whole number from -2^63 to 2^63-1: set it to one first, or choose another key",
  );
}

/** Whether a count has at most 64 bits. */
function fits(count: bigint): boolean {
  return BigInt.asIntN(64, count) === count;
}
