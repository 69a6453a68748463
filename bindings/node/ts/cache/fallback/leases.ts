// The rules of crates/grid-cache/src/leases.rs.
import { LimitError } from "../../errors.ts";

const MAX_LEASES = 4096;
const MAX_WAITERS = 65_536;

interface Held {
  token: number;
  /** In microseconds. */
  ends: number;
  waiting: number[];
}

/** Who computes which missing key. */
export class Leases {
  readonly #byKey = new Map<string, Held>();
  #keyBytes = 0;
  #waiters = 0;
  #lastToken = 0;
  #wake: (waiter: number) => void = () => {};

  get count(): number {
    return this.#byKey.size;
  }

  /** Sets what is called with the number of a waiter whose lease has ended. */
  onWake(wake: (waiter: number) => void): void {
    this.#wake = wake;
  }

  stands(key: string, token: number, now: number): boolean {
    const held = this.#byKey.get(key);
    return held?.token === token && held.ends > now;
  }

  /**
   * Grants a lease until `ends`, or has the waiter wait: the microseconds left of the lease that stands. The keys of all leases have `maxBytes`
   * at most.
   */
  ask(key: string, now: number, ends: number, maxBytes: number, waiter: number): { token: number } | { left: number } {
    const held = this.#byKey.get(key);
    if (held && held.ends > now) {
      if (this.#waiters >= MAX_WAITERS) throw tooMany("callers that wait for leases", MAX_WAITERS);
      held.waiting.push(waiter);
      this.#waiters += 1;
      return { left: held.ends - now };
    }
    this.end(key);
    const bytes = Buffer.byteLength(key);
    if (this.#byKey.size >= MAX_LEASES || this.#keyBytes + bytes > maxBytes) {
      for (const [other, { ends: over }] of this.#byKey) if (over <= now) this.end(other);
    }
    if (this.#byKey.size >= MAX_LEASES) throw tooMany("leases", MAX_LEASES);
    if (this.#keyBytes + bytes > maxBytes) throw tooMany("bytes of keys with leases", maxBytes);
    this.#keyBytes += bytes;
    this.#lastToken += 1;
    this.#byKey.set(key, { token: this.#lastToken, ends, waiting: [] });
    return { token: this.#lastToken };
  }

  /** Ends the lease of a key, and wakes who waits for it. */
  end(key: string): void {
    const held = this.#byKey.get(key);
    if (!held) return;
    this.#byKey.delete(key);
    this.#keyBytes -= Buffer.byteLength(key);
    this.#waiters -= held.waiting.length;
    // Later: nothing that a waiter does may run inside of the call that ended its lease.
    for (const waiter of held.waiting) queueMicrotask(() => this.#wake(waiter));
  }

  endAll(): void {
    for (const key of this.#byKey.keys()) this.end(key);
  }
}

function tooMany(what: string, most: number): LimitError {
  return new LimitError(`the cache keeps ${most} ${what} at most: compute fewer keys at a time, or let leases end sooner`);
}
