import { nativeCall } from "../addon-errors.ts";
import { describe } from "../arguments.ts";
import { ArgumentError, LimitError } from "../errors.ts";
import { valueArgument } from "./arguments.ts";
import type { CacheStore, StoreTtl, ValueIn } from "./store.ts";
import { waitersOf } from "./waiters.ts";

/** Computes the value of a key. */
export type Compute = (key: string) => ValueIn | Promise<ValueIn>;

/** The computations and the waiting fetches of one cache object. */
export interface Flights {
  fetch(key: string, compute: Compute, ttl: StoreTtl, leaseMs: number): Promise<string | Buffer>;
  end(): void;
}

/** The longest time that a timer of Node takes, in milliseconds. */
const LONGEST_LEASE = 2 ** 31 - 1;

/** Returns the time of a lease, checked. */
export function leaseArgument(leaseMs: number): number {
  if (leaseMs > 0 && leaseMs <= LONGEST_LEASE) return leaseMs;
  throw new ArgumentError(`leaseMs must be more than 0 and at most ${LONGEST_LEASE} milliseconds, not ${leaseMs}: leave it out for 30000`);
}

/** Returns the function of a fetch, checked. */
export function computeArgument(compute: unknown): Compute {
  if (typeof compute === "function") return compute as Compute;
  throw new ArgumentError(`what computes the value must be a function; got ${describe(compute)}`);
}

/** Flights on a store. */
export function flightsOf(store: CacheStore): Flights {
  const waiters = waitersOf(store);
  const flights = new Map<string, Promise<string | Buffer>>();
  const tokens = new Map<string, number>();
  const waiting = new Set<number>();
  let ended = false;

  /** Computes under a lease. */
  const compute = async (key: string, token: number, fn: Compute, ttl: StoreTtl, leaseMs: number): Promise<string | Buffer> => {
    tokens.set(key, token);
    try {
      const computed = valueArgument(await within(leaseMs, fn, key));
      // A copy: the stored and the returned value are equal even if the caller changes the bytes.
      const value = typeof computed === "string" ? computed : Buffer.from(computed);
      // A lease that has ended stores nothing: the key was set or deleted meanwhile.
      if (!ended) nativeCall(() => store.fulfil(key, token, value, ttl));
      return value;
    } catch (error) {
      if (!ended) nativeCall(() => store.abandon(key, token));
      throw error;
    } finally {
      tokens.delete(key);
    }
  };

  /** Asks until there is a value. */
  const fly = async (key: string, fn: Compute, ttl: StoreTtl, leaseMs: number): Promise<string | Buffer> => {
    for (;;) {
      if (ended) throw new ArgumentError("the cache was closed while a fetch waited: open it again");
      const waiter = waiters.next();
      const { value, token, waitMs } = nativeCall(() => store.lease(key, leaseMs, waiter));
      if (value !== undefined) return value;
      if (token !== undefined) return await compute(key, token, fn, ttl, leaseMs);
      waiting.add(waiter);
      await waiters.wait(waiter, waitMs ?? 0);
      waiting.delete(waiter);
    }
  };

  return {
    fetch(key, fn, ttl, leaseMs) {
      const known = flights.get(key);
      if (known) return known;
      const flight = fly(key, fn, ttl, leaseMs).finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
    end() {
      ended = true;
      for (const [key, token] of tokens) nativeCall(() => store.abandon(key, token));
      for (const waiter of waiting) waiters.wake(waiter);
    },
  };
}

/** The value of a function in time; later it is a {@link LimitError}, and the value is dropped. */
function within(leaseMs: number, fn: Compute, key: string): Promise<ValueIn> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const text = `what computes a key did not settle within ${leaseMs} ms: raise leaseMs, or have it end by itself`;
      reject(new LimitError(text, { kind: "time", option: "leaseMs", limit: leaseMs }));
    }, leaseMs);
    // Inside `then`, so that a thrown error rejects too.
    Promise.resolve(key)
      .then(fn)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
