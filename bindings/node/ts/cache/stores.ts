import { nativeCall } from "../addon-errors.ts";
import type { Addon, NativeCache } from "../addon.ts";
import { AddonError } from "../errors.ts";
import { addon } from "../loader.ts";
import { fallbackStores } from "./fallback/stores.ts";
import type { CacheStore, Stores, ValueOut } from "./store.ts";

let chosen: Stores | undefined;

/** The stores of this thread: those of the addon, or of plain TypeScript if it cannot be loaded. */
export function stores(): Stores {
  chosen ??= chooseStores();
  return chosen;
}

/** The fallback warns once per thread: a program whose workers share nothing must know. */
function chooseStores(): Stores {
  try {
    return nativeStores(addon());
  } catch (error) {
    if (!(error instanceof AddonError)) throw error;
    process.emitWarning("Grid's native addon could not be loaded: caches are of plain TypeScript, and worker threads share none", {
      code: "GRID_CACHE_FALLBACK",
      detail: error.message,
    });
    return fallbackStores(error);
  }
}

/** Stores of the addon. Its errors are converted: see {@link nativeCall}. */
function nativeStores({ Cache }: Addon): Stores {
  const quicken = (store: CacheStore): void => {
    if (store instanceof Cache) Object.assign(store, hotCalls(store));
  };
  return {
    kind: "native",
    make: (options) =>
      nativeCall(() => {
        const store = new Cache(options);
        quicken(store);
        return store;
      }),
    open: (name, options, defaults) => nativeCall(() => Cache.open(name, options, defaults)),
    forget: (name) => nativeCall(() => Cache.forget(name)),
    areSame: (one, other) => one instanceof Cache && other instanceof Cache && one.isSame(other),
    quicken,
  };
}

/** Keys per call: they are its arguments, which need room on the stack. */
const BATCH = 256;

/** The quick calls of a handle, from src/cache/hot.rs. */
function hotCalls(store: NativeCache): Partial<CacheStore> {
  const { getMany, ...calls } = store.hotCalls();
  return {
    ...calls,
    getMany(keys) {
      if (keys.length <= BATCH) return getMany(collect, ...keys);
      const values: ValueOut[] = [];
      for (let at = 0; at < keys.length; at += BATCH) values.push(...getMany(collect, ...keys.slice(at, at + BATCH)));
      return values;
    },
  };
}

/** An array of the arguments: many times quicker than setting its elements through Node-API. */
function collect(...values: ValueOut[]): ValueOut[] {
  return values;
}
