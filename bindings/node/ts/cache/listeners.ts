import { nativeCall } from "../addon-errors.ts";
import { choiceArgument, describe } from "../arguments.ts";
import { ArgumentError } from "../errors.ts";
import type { CacheStore, Drained, StoreSubscription } from "./store.ts";
import type { CacheEvents, CacheListener, EvictedEvent, ExpiredEvent } from "./types.ts";

/** Most events that wait for this thread; the docs of `CacheListener` repeat the number. */
const CAPACITY = 4096;
/** Most events per turn of the event loop. */
const BATCH = 1024;

/** The listeners of a cache. */
export interface Listeners {
  add<E extends keyof CacheEvents>(name: E, listener: CacheListener<E>): void;
  remove<E extends keyof CacheEvents>(name: E, listener: CacheListener<E>): void;
  end(): void;
}

/** Listeners of a store, which queues events from the first listener on until the last is removed. */
export function listenersOf(store: CacheStore): Listeners {
  const evicted = new Set<CacheListener<"evicted">>();
  const expired = new Set<CacheListener<"expired">>();
  let subscription: StoreSubscription | undefined;

  const setOf = (name: unknown): Set<unknown> =>
    choiceArgument(name, ["evicted", "expired"], "the event") === "evicted" ? evicted : expired;
  const drain = (): void => {
    if (!subscription) return;
    const drained = subscription.drain(BATCH);
    // A full batch: there may be more events, and nothing wakes for them.
    if (drained.keys.length === BATCH) setImmediate(drain);
    callAll(drained, evicted, expired);
  };
  const end = (): void => {
    evicted.clear();
    expired.clear();
    subscription?.end();
    subscription = undefined;
  };
  return {
    add(name, listener) {
      const set = setOf(name);
      if (typeof listener !== "function") throw new ArgumentError(`the listener must be a function; got ${describe(listener)}`);
      subscription ??= nativeCall(() => store.subscribe(CAPACITY, drain));
      set.add(listener);
    },
    remove(name, listener) {
      setOf(name).delete(listener);
      if (evicted.size + expired.size === 0) end();
    },
    end,
  };
}

/** Calls all listeners with drained events. */
function callAll(
  { keys, reasons, dropped }: Drained,
  evicted: Set<CacheListener<"evicted">>,
  expired: Set<CacheListener<"expired">>,
): void {
  const evictions: EvictedEvent[] = [];
  const expirations: ExpiredEvent[] = [];
  for (const [index, key] of keys.entries()) {
    const reason = reasons[index]!;
    if (reason === "expired") expirations.push({ key, reason });
    else evictions.push({ key, reason });
  }
  call(evicted, evictions, dropped);
  call(expired, expirations, dropped);
}

/** Calls listeners, each with its own copy of the list. An error of a listener is an uncaught exception, and the others are called. */
function call<T>(listeners: Set<(events: T[], dropped: number) => void>, events: T[], dropped: number): void {
  if (events.length === 0 && dropped === 0) return;
  // A copy: a listener that is added or removed meanwhile changes nothing here.
  const called = [...listeners];
  for (const listener of called) {
    try {
      listener([...events], dropped);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
