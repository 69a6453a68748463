import { ArgumentError, LimitError } from "../../errors.ts";
import type { Asked, CacheStore, EntryPage, KeyPage, StoreOptions, StoreSubscription, StoreTtl, ValueIn, ValueOut } from "../store.ts";
import type { CacheStats, Restored } from "../types.ts";
import { currentMicros, Entries, startingLife } from "./entries.ts";
import { checkCap, checkSameOptions, LONGEST_TTL, microsOf, NEVER, type Settings, settingsOf } from "./limits.ts";
import { MAIN } from "./s3fifo.ts";
import { decode, encode } from "./snapshot.ts";
import type { Entry } from "./table.ts";

const WHOLE_NUMBER = /^[+-]?\d+$/;

/** A cache in plain TypeScript, with the behaviour of the addon's. All who open its name in a thread have one object, which counts them. */
export class FallbackCache implements CacheStore {
  readonly #settings: Settings;
  readonly #entries: Entries;
  readonly #onLastClose: () => void;
  #handles = 1;

  constructor(options: StoreOptions, onLastClose: () => void = () => {}) {
    this.#settings = settingsOf(options);
    this.#entries = new Entries(this.#settings);
    this.#onLastClose = onLastClose;
  }

  /** Counts one more who has it open, unless the options are others. */
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
    if (!holds(sum)) {
      throw new LimitError(`${count} and ${by} add up to more than 64 bits hold: set the value anew, or count in larger units`);
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
    if (entry) this.#entries.table.setLife(entry, startingLife(now, micros));
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

  keyPage(cursor: number, limit: number): KeyPage {
    const { entries, next } = this.#entries.table.page(cursor, limit, currentMicros());
    return { keys: entries.map(({ key }) => key), next };
  }

  entryPage(cursor: number, limit: number): EntryPage {
    const { entries, next } = this.#entries.table.page(cursor, limit, currentMicros());
    return { keys: entries.map(({ key }) => key), values: entries.map(copyOut), next };
  }

  size(): number {
    return this.#entries.table.size;
  }

  bytes(): number {
    return this.#entries.table.bytes;
  }

  cleanupExpired(): number {
    return this.#entries.removeExpired(currentMicros());
  }

  clear(): void {
    this.#entries.swap(this.#emptyEntries().table);
  }

  resize(maxEntries: number | undefined, maxBytes: number | undefined): number {
    const now = this.#entries.stats();
    const { policy } = this.#settings;
    const limits = {
      maxEntries: checkCap("maxEntries", policy, maxEntries ?? now.maxEntries),
      maxBytes: checkCap("maxBytes", policy, maxBytes ?? now.maxBytes),
    };
    return this.#entries.resize(limits, currentMicros());
  }

  stats(): CacheStats {
    return this.#entries.stats();
  }

  snapshot(): Buffer {
    const now = currentMicros();
    const entries = [...this.#entries.table.byLeaving()].filter(({ deadline }) => deadline > now);
    return encode(
      entries.map(({ key, value, deadline, ttl }) => {
        const left = deadline - now;
        // What is left stands for a TTL that no read renews.
        const kept = this.#settings.sliding ? ttl : left;
        return { key, value, deadline: Math.min(left, longest(left)), ttl: Math.min(kept, longest(kept)) };
      }),
    );
  }

  restore(snapshot: Uint8Array): Restored {
    const entries = decode(snapshot);
    const now = currentMicros();
    const { maxBytes } = this.#entries.stats();
    const built = this.#emptyEntries();
    for (const { key, value, deadline, ttl } of entries) {
      // One that is larger than the cache is left out.
      if (built.table.cost(key, value) <= maxBytes) built.put(key, value, { deadline: now + deadline, ttl }, now, MAIN);
    }
    const { table } = built;
    this.#entries.swap(table);
    return { entries: table.size, leftOut: entries.length - table.size };
  }

  subscribe(capacity: number, wake: () => void): StoreSubscription {
    return this.#entries.subscribe(capacity, wake);
  }

  onWake(wake: (waiter: number) => void): void {
    this.#entries.leases.onWake(wake);
  }

  lease(key: string, termMs: number, waiter: number): Asked {
    const term = this.#ttlOf(termMs);
    const now = currentMicros();
    this.#entries.checkSize(key, "");
    const entry = this.#entries.read(key, now);
    if (entry) return { value: copyOut(entry) };
    const asked = this.#entries.leases.ask(key, now, now + term, this.#entries.maxBytes, waiter);
    return "token" in asked ? { value: undefined, token: asked.token } : { value: undefined, waitMs: asked.left / 1000 };
  }

  fulfil(key: string, token: number, value: ValueIn, ttl: StoreTtl): boolean {
    const micros = this.#ttlOf(ttl);
    const now = currentMicros();
    if (!this.#entries.leases.stands(key, token, now)) return false;
    // Before it is stored: it ends also where the value is too large.
    this.#entries.leases.end(key);
    this.#entries.put(key, value, startingLife(now, micros), now);
    return true;
  }

  abandon(key: string, token: number): boolean {
    const stood = this.#entries.leases.stands(key, token, currentMicros());
    if (stood) this.#entries.leases.end(key);
    return stood;
  }

  #put(key: string, value: ValueIn, ttl: number): void {
    const now = currentMicros();
    this.#entries.put(key, value, startingLife(now, ttl), now);
  }

  /** A TTL in microseconds: its own, or that of the cache. */
  #ttlOf(ttl: StoreTtl): number {
    return microsOf(ttl) ?? this.#settings.ttl;
  }

  /** No entries, under the caps of now. */
  #emptyEntries(): Entries {
    const { maxEntries, maxBytes } = this.#entries.stats();
    return new Entries({ ...this.#settings, maxEntries, maxBytes });
  }
}

/** The value of an entry, for a caller to keep. */
function copyOut({ value }: Entry): string | Buffer {
  return typeof value === "string" ? value : Buffer.from(value);
}

function valueOut(entry: Entry | undefined): ValueOut {
  return entry && copyOut(entry);
}

/** The count that a value is. */
function countOf(value: string | Buffer): bigint {
  if (typeof value === "string" && WHOLE_NUMBER.test(value)) {
    const count = BigInt(value);
    if (holds(count)) return count;
  }
  throw new ArgumentError(
    "the value to count up is not the text of a whole number from -2^63 to 2^63-1: set it to one first, or choose another key",
  );
}

/** Whether 64 bits hold a count. */
function holds(count: bigint): boolean {
  return BigInt.asIntN(64, count) === count;
}

/** What a snapshot may say of a time. */
function longest(time: number): number {
  return time === NEVER ? NEVER : LONGEST_TTL;
}
