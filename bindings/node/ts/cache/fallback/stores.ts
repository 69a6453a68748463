import type { Stores } from "../store.ts";
import { filledUp } from "../arguments.ts";
import { FallbackCache } from "./cache.ts";

/** The named caches of this thread. */
const caches = new Map<string, FallbackCache>();

/** Stores in plain TypeScript. */
export const fallbackStores: Stores = {
  kind: "fallback",
  make: (options) => new FallbackCache(options),
  open(name, options, defaults) {
    const there = caches.get(name);
    if (there) {
      there.reopen(name, options);
      return there;
    }
    const made = new FallbackCache(filledUp(options, defaults), () => {
      if (caches.get(name) === made) caches.delete(name);
    });
    caches.set(name, made);
    return made;
  },
  forget: (name) => caches.delete(name),
  areSame: (one, other) => one === other,
  quicken() {},
};
