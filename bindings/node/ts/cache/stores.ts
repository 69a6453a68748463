import { type Addon, nativeCall } from "../addon.ts";
import { AddonError } from "../errors.ts";
import { addon } from "../loader.ts";
import { fallbackStores } from "./fallback/stores.ts";
import type { Stores } from "./store.ts";

let chosen: Stores | undefined;

/** The stores of this thread: the addon's, or where it cannot be loaded those of plain TypeScript. */
export function stores(): Stores {
  chosen ??= chooseStores();
  return chosen;
}

/** A program whose workers share nothing must hear of it, so the fallback is told of once a thread. */
function chooseStores(): Stores {
  try {
    return nativeStores(addon());
  } catch (error) {
    if (!(error instanceof AddonError)) throw error;
    process.emitWarning("Grid's native addon could not be loaded: caches are of plain TypeScript, and worker threads share none", {
      code: "GRID_CACHE_FALLBACK",
      detail: error.message,
    });
    return fallbackStores;
  }
}

/** Stores of the addon, which throws other errors than ours: see {@link nativeCall}. */
function nativeStores({ Cache }: Addon): Stores {
  return {
    kind: "native",
    make: (options) => nativeCall(() => new Cache(options)),
    open: (name, options) => nativeCall(() => Cache.open(name, options)),
    forget: (name) => nativeCall(() => Cache.forget(name)),
    areSame: (one, other) => one instanceof Cache && other instanceof Cache && one.isSame(other),
  };
}
