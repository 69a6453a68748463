// The rules of crates/grid-cache/src/leases.rs for one thread. A lease has no end of its own here: `fetch` abandons it after its time.
import { LimitError } from "../../errors.ts";

const MAX_LEASES = 4096;

interface Lease {
  token: number;
  waiting: number[];
}

/** The missing keys that are being computed. */
export class Leases {
  readonly #byKey = new Map<string, Lease>();
  #keyBytes = 0;
  #lastToken = 0;
  /** Called with the number of a waiter whose lease has ended. */
  wake: (waiter: number) => void = () => {};

  get count(): number {
    return this.#byKey.size;
  }

  stands(key: string, token: number): boolean {
    return this.#byKey.get(key)?.token === token;
  }

  /** Returns the token of a new lease, or undefined if the waiter has to wait. The keys of all leases have `maxBytes` bytes at most. */
  ask(key: string, maxBytes: number, waiter: number): number | undefined {
    const lease = this.#byKey.get(key);
    if (lease) {
      lease.waiting.push(waiter);
      return undefined;
    }
    const keyBytes = this.#keyBytes + Buffer.byteLength(key);
    if (this.count >= MAX_LEASES) throw tooMany("leases", MAX_LEASES);
    if (keyBytes > maxBytes) throw tooMany("bytes of keys with leases", maxBytes);
    this.#keyBytes = keyBytes;
    this.#lastToken += 1;
    this.#byKey.set(key, { token: this.#lastToken, waiting: [] });
    return this.#lastToken;
  }

  /** Ends the lease of a key and wakes its waiters. */
  end(key: string): void {
    const lease = this.#byKey.get(key);
    if (!lease) return;
    this.#byKey.delete(key);
    this.#keyBytes -= Buffer.byteLength(key);
    // Later: nothing that a waiter does may run inside the call that ended its lease.
    for (const waiter of lease.waiting) queueMicrotask(() => this.wake(waiter));
  }

  endAll(): void {
    for (const key of this.#byKey.keys()) this.end(key);
  }
}

function tooMany(what: string, most: number): LimitError {
  return new LimitError(`the cache keeps ${most} ${what} at most: compute fewer keys at a time, or let leases end sooner`);
}
