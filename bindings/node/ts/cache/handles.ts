import { nativeCall } from "../addon-errors.ts";
import { ArgumentError } from "../errors.ts";
import type { CacheStore, StoreOptions, Stores } from "./store.ts";

/** The handle of one cache object. */
export interface Handle {
  /** The cache, unless the handle is closed. */
  store(): CacheStore;
  isOpen(): boolean;
  /** Closes the handle, and the cache with its last handle of this thread. */
  close(): void;
}

interface Shared {
  store: CacheStore;
  users: number;
}

/**
 * The named caches that this thread has open, one handle per name. A name lives until it is closed or its thread ends: a collected object
 * does not close it, and opening it for each request makes no garbage in the addon.
 */
const open = new Map<string, Shared>();

/** A handle of a cache without a name. */
export function ownHandle(stores: Stores, options: StoreOptions): Handle {
  const store = stores.make(options);
  return handleOf(store, () => nativeCall(() => store.close()));
}

/** A handle of a named cache. */
export function namedHandle(stores: Stores, name: string, options: StoreOptions, defaults: StoreOptions): Handle {
  // Also if it is open already: this call compares the options.
  const opened = stores.open(name, options, defaults);
  let shared = open.get(name);
  if (shared && stores.areSame(shared.store, opened)) {
    nativeCall(() => opened.close());
  } else {
    // A name that was forgotten meanwhile: the old handles keep the old cache.
    nativeCall(() => stores.quicken(opened));
    shared = { store: opened, users: 0 };
    open.set(name, shared);
  }
  const { store } = shared;
  const kept = shared;
  kept.users += 1;
  return handleOf(store, () => {
    kept.users -= 1;
    if (kept.users > 0) return;
    if (open.get(name) === kept) open.delete(name);
    nativeCall(() => store.close());
  });
}

function handleOf(opened: CacheStore, release: () => void): Handle {
  let store: CacheStore | undefined = opened;
  return {
    store() {
      if (store) return store;
      throw new ArgumentError("this handle of the cache is closed: open the cache again, or close it later");
    },
    isOpen: () => store !== undefined,
    close() {
      store = undefined;
      release();
    },
  };
}
