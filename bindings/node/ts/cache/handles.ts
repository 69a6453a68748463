import { nativeCall } from "../addon.ts";
import type { CacheStore, StoreOptions, Stores } from "./store.ts";

/** A handle of a cache that several objects of this thread use. */
export interface Handle {
  store: CacheStore;
  /** Closes it when the last of them has. */
  release(): void;
}

interface Shared {
  store: CacheStore;
  users: number;
}

/**
 * The named caches that this thread has open. They are held here, so that a name lives until it is closed or its thread ends, and not until some
 * object is collected; and once a name, so that opening it for each request collects nothing.
 */
const open = new Map<string, Shared>();

/** A handle of a cache of its own. */
export function ownHandle(stores: Stores, options: StoreOptions): Handle {
  const store = stores.make(options);
  return { store, release: () => nativeCall(() => store.close()) };
}

/** A handle of a named cache. */
export function namedHandle(stores: Stores, name: string, options: StoreOptions, defaults: StoreOptions): Handle {
  // Also where it is open already: this is what compares the options.
  const opened = stores.open(name, options, defaults);
  let shared = open.get(name);
  if (shared && stores.areSame(shared.store, opened)) {
    nativeCall(() => opened.close());
  } else {
    // A name that was forgotten meanwhile: who has the old cache keeps it.
    nativeCall(() => stores.quicken(opened));
    shared = { store: opened, users: 0 };
    open.set(name, shared);
  }
  const { store } = shared;
  const held = shared;
  held.users += 1;
  return {
    store,
    release: () => {
      held.users -= 1;
      if (held.users > 0) return;
      if (open.get(name) === held) open.delete(name);
      nativeCall(() => store.close());
    },
  };
}
