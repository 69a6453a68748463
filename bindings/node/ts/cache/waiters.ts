import { nativeCall } from "../addon-errors.ts";
import type { CacheStore } from "./store.ts";

/** The longest time that a timer of Node takes. */
const LONGEST_TIMER = 2 ** 31 - 1;
const HIGHEST_NUMBER = 2 ** 32 - 1;

/** The waiters by their numbers. */
type Waiting = Map<number, () => void>;

/** The waiters for leases of a store. */
export interface Waiters {
  /** The number of a new waiter. */
  next(): number;
  /** Waits until the lease ends, which wakes the waiter, or this time is over. */
  wait(waiter: number, ms: number): Promise<void>;
  wake(waiter: number): void;
}

/** One per store: all objects of a thread with the same name share its store. */
const known = new WeakMap<CacheStore, Waiters>();

/** The waiters of a store. */
export function waitersOf(store: CacheStore): Waiters {
  const waiters = known.get(store) ?? newWaiters(store);
  known.set(store, waiters);
  return waiters;
}

function newWaiters(store: CacheStore): Waiters {
  const waiting: Waiting = new Map();
  const wake = wakeIn(waiting);
  nativeCall(() => store.onWake(wake));
  let last = 0;
  return {
    next: () => (last = (last % HIGHEST_NUMBER) + 1),
    wait: (waiter, ms) =>
      new Promise((resolve) => {
        // A little longer: a timer may fire early, before the lease has ended.
        const timer = setTimeout(() => wake(waiter), Math.min(Math.ceil(ms + 1), LONGEST_TIMER));
        waiting.set(waiter, () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    wake,
  };
}

/** Wakes a waiter. A separate function: the store refers to it, and with the store in its scope neither would ever be collected. */
function wakeIn(waiting: Waiting): (waiter: number) => void {
  return (waiter) => {
    const resolve = waiting.get(waiter);
    waiting.delete(waiter);
    resolve?.();
  };
}
