// The rules of crates/grid-cache/src/store.rs, for one thread.
import type { StoreReason, ValueIn } from "../store.ts";
import type { CacheStats } from "../types.ts";
import { Leases } from "./leases.ts";
import { type Limits, NEVER, type Settings, tooLarge } from "./limits.ts";
import type { Measure, Usage } from "./order.ts";
import { Queue } from "./queue.ts";
import { used } from "./s3fifo.ts";
import { type Entry, type Life, Table } from "./table.ts";

/** Why an entry leaves; of the last two nobody is told. */
type Reason = StoreReason | "deleted" | "replaced";

const COUNT = {
  entries: "evictedForEntries",
  bytes: "evictedForBytes",
  resize: "evictedByResize",
  expired: "expirations",
  deleted: "deletes",
} as const;

const EVICTIONS: ReadonlySet<Reason> = new Set(["entries", "bytes", "resize"]);

/** The time in whole microseconds, from a clock that nobody sets. */
export function currentMicros(): number {
  return Math.floor(performance.now() * 1000);
}

/** A life that starts now. */
export function startingLife(now: number, ttl: number): Life {
  return { deadline: now + ttl, ttl };
}

/** The entries of a cache within its caps, what is counted of them, and who is told. */
export class Entries {
  readonly leases: Leases = new Leases();
  readonly #settings: Settings;
  readonly #queues = new Set<Queue>();
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
  #limits: Limits;
  #table: Table;

  /** None yet, under the caps of the settings. */
  constructor(settings: Settings) {
    const { maxEntries, maxBytes, policy } = settings;
    this.#settings = settings;
    this.#limits = { maxEntries, maxBytes };
    this.#table = new Table(policy);
  }

  get table(): Table {
    return this.#table;
  }

  get maxBytes(): number {
    return this.#limits.maxBytes;
  }

  stats(): CacheStats {
    const { size: entries, bytes } = this.#table;
    return { ...this.#stats, entries, bytes, ...this.#limits, leases: this.leases.count };
  }

  /** Refuses an entry that is larger than the cache. */
  checkSize(key: string, value: ValueIn): void {
    const cost = this.#table.cost(key, value);
    if (cost <= this.#limits.maxBytes) return;
    this.#stats.refused += 1;
    throw tooLarge(cost, this.#settings.policy, this.#limits.maxBytes);
  }

  /** The entry of a key that has not expired; an expired one is removed. */
  live(key: string, now: number): Entry | undefined {
    const entry = this.#table.find(key);
    if (!entry || entry.deadline > now) return entry;
    this.#discard(entry, "expired");
    return undefined;
  }

  /** The entry of a key that has not expired, without a trace. */
  look(key: string, now: number): Entry | undefined {
    const entry = this.#table.find(key);
    return entry && entry.deadline > now ? entry : undefined;
  }

  /** The entry of a key, whose use it notes. */
  read(key: string, now: number): Entry | undefined {
    const entry = this.live(key, now);
    this.countRead(entry);
    if (entry) this.touch(entry, now);
    return entry;
  }

  countRead(entry: Entry | undefined): void {
    if (entry) this.#stats.hits += 1;
    else this.#stats.misses += 1;
  }

  /** Notes a use of an entry, and starts its TTL anew where reads do that. */
  touch(entry: Entry, now: number): void {
    this.#table.touch(entry);
    this.#table.setLife(entry, this.renewed(entry, now));
  }

  /** The life of an entry after a read. */
  renewed({ deadline, ttl }: Life, now: number): Life {
    return this.#settings.sliding && ttl !== NEVER ? startingLife(now, ttl) : { deadline, ttl };
  }

  /**
   * Puts an entry in as the newest, with a usage if it is not new to the policy. Room is made before it goes in; when it cannot go in, nothing
   * changes.
   */
  put(key: string, value: ValueIn, life: Life, now: number, usage?: Usage): void {
    this.checkSize(key, value);
    const old = this.#table.find(key);
    const updated = old !== undefined && old.deadline > now;
    if (old) this.#discard(old, updated ? "replaced" : "expired");
    this.#makeRoom(this.#table.cost(key, value), now);
    this.#table.insert(key, value, life, updated ? used(old.usage) : usage, old?.serial);
    this.#stats[updated ? "updates" : "inserts"] += 1;
    this.#raisePeaks();
    this.leases.end(key);
  }

  /** Removes a key and ends its lease: what is being computed is to be forgotten too. */
  remove(key: string, now: number): Entry | undefined {
    this.leases.end(key);
    const entry = this.live(key, now);
    if (entry) this.#discard(entry, "deleted");
    return entry;
  }

  removeExpired(now: number): number {
    const before = this.#stats.expirations;
    for (let entry = this.#table.due(now); entry; entry = this.#table.due(now)) this.#discard(entry, "expired");
    return this.#stats.expirations - before;
  }

  /** Sets caps, and evicts until they hold; how many live entries had to go. */
  resize(limits: Limits, now: number): number {
    const before = this.#stats.evictedByResize;
    this.#limits = limits;
    while (this.#table.size > limits.maxEntries || this.#table.bytes > limits.maxBytes) {
      this.#evict(now, this.#table.size > limits.maxEntries ? "entries" : "bytes", "resize");
    }
    this.#stats.peakEntries = this.#table.size;
    this.#stats.peakBytes = this.#table.bytes;
    return this.#stats.evictedByResize - before;
  }

  /** Takes another table in place of its own, and ends all leases. */
  swap(table: Table): void {
    this.#stats.cleared += this.#table.size;
    this.#stats.inserts += table.size;
    table.takeSerials(this.#table);
    this.#table = table;
    this.#raisePeaks();
    this.leases.endAll();
  }

  subscribe(capacity: number, wake: () => void): Queue {
    const queue = new Queue(capacity, wake, (ended) => this.#queues.delete(ended));
    this.#queues.add(queue);
    return queue;
  }

  #raisePeaks(): void {
    this.#stats.peakEntries = Math.max(this.#stats.peakEntries, this.#table.size);
    this.#stats.peakBytes = Math.max(this.#stats.peakBytes, this.#table.bytes);
  }

  /** Evicts until an entry of this cost fits under both caps: expired entries first, then whichever the policy names. */
  #makeRoom(cost: number, now: number): void {
    const { maxEntries, maxBytes } = this.#limits;
    while (this.#table.size > 0 && (this.#table.size >= maxEntries || this.#table.bytes + cost > maxBytes)) {
      const measure = this.#table.size >= maxEntries ? "entries" : "bytes";
      this.#evict(now, measure, measure);
    }
  }

  #evict(now: number, measure: Measure, reason: StoreReason): void {
    const due = this.#table.due(now);
    if (due) this.#discard(due, "expired");
    else this.#discard(this.#table.victim(measure)!, reason);
  }

  /** Removes an entry, counts it and tells of it. */
  #discard(entry: Entry, reason: Reason): void {
    this.#table.remove(entry, EVICTIONS.has(reason));
    // The successor of what was replaced counts as the update.
    if (reason !== "replaced") this.#stats[COUNT[reason]] += 1;
    if (reason === "replaced" || reason === "deleted") return;
    for (const queue of this.#queues) queue.push(entry.key, reason);
  }
}
