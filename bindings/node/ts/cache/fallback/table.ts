import { Deadlines } from "./deadlines.ts";
import { ENTRY_OVERHEADS, NEVER } from "./limits.ts";
import { type Measure, type Order, type Ordered, orderOf, type Usage } from "./order.ts";
import type { ValueIn } from "../store.ts";
import type { CachePolicy } from "../types.ts";

/** When an entry ends, and the TTL that a read may renew; in microseconds. */
export interface Life {
  deadline: number;
  ttl: number;
}

/** An entry of a table. */
export interface Entry extends Life, Ordered<Entry> {
  readonly value: string | Buffer;
  /** Its place among the keys ever made: see {@link Table.page}. */
  serial: number;
  /** Its place in the order of expiry. */
  place: number;
  gone: boolean;
}

/** The entries of a cache in three orders: of leaving, of expiry, and of their making. It knows no caps. */
export class Table {
  readonly #byKey = new Map<string, Entry>();
  readonly #order: Order<Entry>;
  readonly #overhead: number;
  readonly #deadlines = new Deadlines<Entry>();
  /** By serial, those that are gone among them until they are half. */
  #bySerial: Entry[] = [];
  #gone = 0;
  #lastSerial = 0;
  #bytes = 0;

  constructor(policy: CachePolicy) {
    this.#order = orderOf(policy);
    this.#overhead = ENTRY_OVERHEADS[policy];
  }

  get size(): number {
    return this.#byKey.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  /** Bytes that an entry counts. */
  cost(key: string, value: ValueIn): number {
    const valueBytes = typeof value === "string" ? Buffer.byteLength(value) : value.byteLength;
    return Buffer.byteLength(key) + valueBytes + this.#overhead;
  }

  /** All entries in the order in which they would leave if nothing were used any more. */
  byLeaving(): Iterable<Entry> {
    return this.#order.byLeaving();
  }

  /** The entry that has to leave for a cap. */
  victim(measure: Measure): Entry | undefined {
    return this.#order.victim({ entries: this.size, bytes: this.#bytes }, measure);
  }

  /** An entry that has expired, the earliest first. */
  due(now: number): Entry | undefined {
    const { first } = this.#deadlines;
    return first && first.deadline <= now ? first : undefined;
  }

  /**
   * Puts an entry in as the newest; its key is not in. The serial is that of the entry whose key it takes over, if there is one; without a
   * usage it is new to the policy.
   */
  insert(key: string, value: ValueIn, { deadline, ttl }: Life, usage: Usage | undefined, serial: number | undefined): void {
    const own = typeof value === "string" ? value : ownBytes(value);
    const entry: Entry = {
      key,
      value: own,
      cost: this.cost(key, own),
      usage: { isMain: false, uses: 0 },
      older: undefined,
      newer: undefined,
      deadline,
      ttl,
      serial: serial ?? this.#lastSerial + 1,
      place: -1,
      gone: false,
    };
    this.#byKey.set(key, entry);
    this.#order.insert(entry, usage);
    this.#bytes += entry.cost;
    if (deadline !== NEVER) this.#deadlines.add(entry);
    if (entry.serial > this.#lastSerial) {
      this.#lastSerial = entry.serial;
      this.#bySerial.push(entry);
      return;
    }
    const index = this.#indexOf(entry.serial);
    // The entry that is gone is still there, unless the list was packed just now.
    const there = this.#bySerial[index]?.serial === entry.serial ? 1 : 0;
    this.#bySerial.splice(index, there, entry);
    this.#gone -= there;
  }

  /** Takes an entry out; one that is evicted may be remembered for a while. */
  remove(entry: Entry, evicted: boolean): void {
    this.#byKey.delete(entry.key);
    this.#order.remove(entry, evicted, this.size);
    this.#deadlines.remove(entry);
    this.#bytes -= entry.cost;
    entry.gone = true;
    this.#gone += 1;
    if (this.#gone <= this.#bySerial.length / 2) return;
    this.#bySerial = this.#bySerial.filter(({ gone }) => !gone);
    this.#gone = 0;
  }

  /** Notes a use of an entry. */
  touch(entry: Entry): void {
    this.#order.touch(entry);
  }

  setLife(entry: Entry, { deadline, ttl }: Life): void {
    this.#deadlines.remove(entry);
    entry.deadline = deadline;
    entry.ttl = ttl;
    if (deadline !== NEVER) this.#deadlines.add(entry);
  }

  /** Gives the keys that are in another table too their serials there, so that who pages through goes on. */
  takeSerials(other: Table): void {
    this.#lastSerial = other.#lastSerial;
    for (const entry of this.#bySerial) entry.serial = other.find(entry.key)?.serial ?? (this.#lastSerial += 1);
    this.#bySerial.sort((one, another) => one.serial - another.serial);
  }

  /**
   * Some of the live entries, and where the next ones start; 0 starts. The last made come first, so that what comes in meanwhile lies behind: who
   * adds a key for each that is read comes to an end.
   */
  page(from: number, limit: number, now: number): { entries: Entry[]; next: number | undefined } {
    const entries: Entry[] = [];
    const start = from === 0 ? this.#bySerial.length : this.#indexOf(from + 1);
    for (let index = start - 1; index >= 0; index -= 1) {
      const entry = this.#bySerial[index]!;
      if (entries.length >= limit) return { entries, next: entry.serial };
      if (!entry.gone && entry.deadline > now) entries.push(entry);
    }
    return { entries, next: undefined };
  }

  /** Where a serial, or the next one after it, is. */
  #indexOf(serial: number): number {
    let [low, high] = [0, this.#bySerial.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#bySerial[middle]!.serial < serial) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A copy outside of Node's pool, which a small piece would hold as a whole. */
function ownBytes(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
}
