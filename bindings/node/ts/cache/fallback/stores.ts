import { AddonError } from "../../errors.ts";
import { filledUp } from "../arguments.ts";
import type { StoreOptions, Stores } from "../store.ts";
import { FallbackCache } from "./cache.ts";

/** The named caches of this thread. */
const caches = new Map<string, FallbackCache>();

/** Stores in plain TypeScript, for a thread that could not load the addon. Features of the addon alone throw an error with this cause. */
export function fallbackStores(cause: AddonError): Stores {
  /** The error of a feature that needs the addon. */
  const needsAddon = (feature: string): AddonError =>
    new AddonError(cause.code, `${feature} needs Grid's native addon, which could not be loaded: ${cause.message}`, { cause });
  const checkPolicy = ({ policy }: StoreOptions): void => {
    if (policy !== undefined && policy !== "lru") throw needsAddon(`the policy ${policy}`);
  };
  return {
    kind: "fallback",
    make(options) {
      checkPolicy(options);
      return new FallbackCache(options, needsAddon);
    },
    open(name, options, defaults) {
      checkPolicy(options);
      const open = caches.get(name);
      if (open) {
        open.reopen(name, options);
        return open;
      }
      const made = new FallbackCache(filledUp(options, defaults), needsAddon, () => {
        if (caches.get(name) === made) caches.delete(name);
      });
      caches.set(name, made);
      return made;
    },
    forget: (name) => caches.delete(name),
    areSame: (one, other) => one === other,
    quicken() {},
  };
}
