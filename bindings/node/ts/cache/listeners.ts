import { nativeCall } from "../addon-errors.ts";
import { choiceArgument, describe } from "../arguments.ts";
import { ArgumentError } from "../errors.ts";
import type { CacheStore, Drained, StoreSubscription } from "./store.ts";
import type { CacheEvents, CacheListener, EvictedEvent, ExpiredEvent } from "./types.ts";

/** Events that wait for this thread at most; `CacheListener` tells the number. */
const CAPACITY = 4096;
/** Events that one turn of the event loop hands out. */
const BATCH = 1024;

/** The listeners of a cache. */
export interface Listeners {
  add<E extends keyof CacheEvents>(name: E, listener: CacheListener<E>): void;
  remove<E extends keyof CacheEvents>(name: E, listener: CacheListener<E>): void;
  end(): void;
}

/** Listeners of a store; it queues events from the first listener on until the last is removed. */
export function listenersOf(store: CacheStore): Listeners {
  const evicted = new Set<CacheListener<"evicted">>();
  const expired = new Set<CacheListener<"expired">>();
  let subscription: StoreSubscription | undefined;

  const setOf = (name: unknown): Set<unknown> =>
    choiceArgument(name, ["evicted", "expired"], "the event") === "evicted" ? evicted : expired;
  const drain = (): void => {
    if (!subscription) return;
    const drained = subscription.drain(BATCH);
    // As many as were asked for: there may be more, and nothing wakes for them.
    if (drained.keys.length === BATCH) setImmediate(drain);
    tell(drained, evicted, expired);
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

/** Hands out what was drained. */
function tell({ keys, reasons, dropped }: Drained, evicted: Set<CacheListener<"evicted">>, expired: Set<CacheListener<"expired">>): void {
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

/** Calls listeners, each with a list of its own. What one throws is an uncaught exception, and the others are called. */
function call<T>(listeners: Set<(events: T[], dropped: number) => void>, events: T[], dropped: number): void {
  if (events.length === 0 && dropped === 0) return;
  // Of now: one that is added or removed meanwhile changes nothing here.
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
