// The rules of crates/grid-cache/src/store.rs for the policy lru and one thread.
import type { StoreReason, ValueIn } from "../store.ts";
import type { CacheStats } from "../types.ts";
import { Deadlines, type Timed } from "./deadlines.ts";
import { Leases } from "./leases.ts";
import { costOf, type Limits, NEVER, type Settings, tooLarge } from "./limits.ts";
import { type Linked, List } from "./list.ts";
import { Queue } from "./queue.ts";

/** The end of an entry, and the TTL that a read may renew; in microseconds. */
export interface Life {
  deadline: number;
  ttl: number;
}

/** An entry of a cache. */
export interface Entry extends Life, Timed, Linked<Entry> {
  readonly key: string;
  readonly value: string | Buffer;
  readonly cost: number;
}

/** Why an entry leaves; the last two make no event. */
type Reason = StoreReason | "deleted" | "replaced";

const COUNT = {
  entries: "evictedForEntries",
  bytes: "evictedForBytes",
  resize: "evictedByResize",
  expired: "expirations",
  deleted: "deletes",
} as const;

/** The time in whole microseconds, from a clock that is never set. */
export function currentMicros(): number {
  return Math.floor(performance.now() * 1000);
}

/** A life that starts now. */
export function startingLife(now: number, ttl: number): Life {
  return { deadline: now + ttl, ttl };
}

/** The entries of a cache within its caps, their counts, and the queues of events. */
export class Entries {
  readonly leases: Leases = new Leases();
  readonly #settings: Settings;
  readonly #queues = new Set<Queue>();
  readonly #byKey = new Map<string, Entry>();
  #byUse = new List<Entry>();
  #byDeadline = new Deadlines<Entry>();
  #bytes = 0;
  #limits: Limits;
  readonly #stats: Omit<CacheStats, "entries" | "bytes" | "maxEntries" | "maxBytes" | "leases"> = {
    hits: 0,
    misses: 0,
    inserts: 0,
    updates: 0,
    evictedForEntries: 0,
    evictedForBytes: 0,
    evictedByResize: 0,
    expirations: 0,
    deletes: 0,
    cleared: 0,
    refused: 0,
    peakEntries: 0,
    peakBytes: 0,
  };

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#limits = { maxEntries: settings.maxEntries, maxBytes: settings.maxBytes };
  }

  get limits(): Limits {
    return this.#limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  stats(): CacheStats {
    return { ...this.#stats, entries: this.#byKey.size, bytes: this.#bytes, ...this.#limits, leases: this.leases.count };
  }

  /** The entries that have not expired. */
  *all(now: number): Iterable<Entry> {
    for (const entry of this.#byKey.values()) if (entry.deadline > now) yield entry;
  }

  /** Refuses an entry that is larger than the cache. */
  checkSize(key: string, value: ValueIn): void {
    const cost = costOf(key, value);
    if (cost <= this.#limits.maxBytes) return;
    this.#stats.refused += 1;
    throw tooLarge(cost, this.#limits.maxBytes);
  }

  /** The entry of a key that has not expired; removes an expired one. */
  live(key: string, now: number): Entry | undefined {
    const entry = this.#byKey.get(key);
    if (!entry || entry.deadline > now) return entry;
    this.#discard(entry, "expired");
    return undefined;
  }

  /** The entry of a key that has not expired; changes nothing. */
  look(key: string, now: number): Entry | undefined {
    const entry = this.#byKey.get(key);
    return entry && entry.deadline > now ? entry : undefined;
  }

  /** The entry of a key; counts a read and marks the entry as used. */
  read(key: string, now: number): Entry | undefined {
    const entry = this.live(key, now);
    this.countRead(entry);
    if (entry) this.touch(entry, now);
    return entry;
  }

  countRead(entry: Entry | undefined): void {
    this.#stats[entry ? "hits" : "misses"] += 1;
  }

  /** Makes an entry the newest, and restarts its TTL if reads do that. */
  touch(entry: Entry, now: number): void {
    this.#byUse.remove(entry);
    this.#byUse.push(entry);
    if (this.#settings.sliding) this.setLife(entry, this.renewed(entry, now));
  }

  /** The life of an entry after a read. */
  renewed({ deadline, ttl }: Life, now: number): Life {
    return this.#settings.sliding && ttl !== NEVER ? startingLife(now, ttl) : { deadline, ttl };
  }

  setLife(entry: Entry, { deadline, ttl }: Life): void {
    this.#byDeadline.remove(entry);
    entry.deadline = deadline;
    entry.ttl = ttl;
    if (deadline !== NEVER) this.#byDeadline.add(entry);
  }

  /** Adds an entry as the newest, after making room for it. Changes nothing if it cannot be added. */
  put(key: string, value: ValueIn, life: Life, now: number): void {
    this.checkSize(key, value);
    const old = this.live(key, now);
    if (old) this.#discard(old, "replaced");
    const own = typeof value === "string" ? value : ownBytes(value);
    const entry: Entry = { key, value: own, cost: costOf(key, own), older: undefined, newer: undefined, place: -1, ...life };
    this.#makeRoom(entry.cost, now);
    this.#byKey.set(key, entry);
    this.#byUse.push(entry);
    this.#bytes += entry.cost;
    this.setLife(entry, life);
    this.#stats[old ? "updates" : "inserts"] += 1;
    this.#stats.peakEntries = Math.max(this.#stats.peakEntries, this.#byKey.size);
    this.#stats.peakBytes = Math.max(this.#stats.peakBytes, this.#bytes);
    this.leases.end(key);
  }

  /** Removes a key and ends its lease, so that a value which is being computed is not stored. */
  remove(key: string, now: number): Entry | undefined {
    this.leases.end(key);
    const entry = this.live(key, now);
    if (entry) this.#discard(entry, "deleted");
    return entry;
  }

  removeExpired(now: number): number {
    const before = this.#stats.expirations;
    for (let entry = this.#due(now); entry; entry = this.#due(now)) this.#discard(entry, "expired");
    return this.#stats.expirations - before;
  }

  /** Sets the caps and evicts until they hold; returns the number of evicted entries that had not expired. */
  resize(limits: Limits, now: number): number {
    const before = this.#stats.evictedByResize;
    this.#limits = limits;
    while (this.#byKey.size > limits.maxEntries || this.#bytes > limits.maxBytes) this.#evict(now, "resize");
    this.#stats.peakEntries = this.#byKey.size;
    this.#stats.peakBytes = this.#bytes;
    return this.#stats.evictedByResize - before;
  }

  /** Removes all entries and ends all leases. */
  clear(): void {
    this.#stats.cleared += this.#byKey.size;
    this.#byKey.clear();
    this.#byUse = new List();
    this.#byDeadline = new Deadlines();
    this.#bytes = 0;
    this.leases.endAll();
  }

  subscribe(capacity: number, wake: () => void): Queue {
    const queue = new Queue(capacity, wake, (ended) => this.#queues.delete(ended));
    this.#queues.add(queue);
    return queue;
  }

  /** Evicts until an entry of this cost fits under both caps. */
  #makeRoom(cost: number, now: number): void {
    const { maxEntries, maxBytes } = this.#limits;
    while (this.#byKey.size >= maxEntries) this.#evict(now, "entries");
    while (this.#bytes + cost > maxBytes) this.#evict(now, "bytes");
  }

  /** Removes an expired entry, or the least recently used one if none has expired. */
  #evict(now: number, reason: StoreReason): void {
    const due = this.#due(now);
    if (due) this.#discard(due, "expired");
    else this.#discard(this.#byUse.oldest!, reason);
  }

  /** The entry that expired first. */
  #due(now: number): Entry | undefined {
    const { first } = this.#byDeadline;
    return first && first.deadline <= now ? first : undefined;
  }

  /** Removes an entry, counts it and queues its event. */
  #discard(entry: Entry, reason: Reason): void {
    this.#byKey.delete(entry.key);
    this.#byUse.remove(entry);
    this.#byDeadline.remove(entry);
    this.#bytes -= entry.cost;
    // The new value of a replaced entry counts as the update.
    if (reason === "replaced") return;
    this.#stats[COUNT[reason]] += 1;
    if (reason === "deleted") return;
    for (const queue of this.#queues) queue.push(entry.key, reason);
  }
}

/** A copy outside of Node's pool: a small part of a pool would keep all of it. */
function ownBytes(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
}
