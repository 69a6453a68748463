// Methods of a cache: how a step's arguments become a call.
import { camel, camelKeys } from "./names.mjs";

/** Snapshots by handles and names, as the steps of a case take them. */
const snapshots = new WeakMap();

export const CACHE_METHODS = {
  set: (cache, [key, value, options]) => cache.set(key, value, camelKeys(options)),
  get: (cache, args) => cache.get(...args),
  get_buffer: (cache, args) => cache.getBuffer(...args),
  peek: (cache, args) => cache.peek(...args),
  has: (cache, args) => cache.has(...args),
  delete: (cache, args) => cache.delete(...args),
  take: (cache, args) => cache.take(...args),
  get_or_insert: (cache, [key, value, options]) => cache.getOrInsert(key, value, camelKeys(options)),
  fetch: (cache, [key, value, options]) => cache.fetch(key, () => value, camelKeys(options)),
  incr: (cache, [key, by, options]) => cache.incr(key, by, camelKeys(options)),
  touch: (cache, args) => cache.touch(...args),
  expire: (cache, args) => cache.expire(...args),
  ttl: (cache, args) => cache.ttl(...args),
  set_many: (cache, [entries]) => cache.setMany(entries.map(([key, value, options]) => [key, value, camelKeys(options)])),
  get_many: (cache, args) => cache.getMany(...args),
  delete_many: (cache, args) => cache.deleteMany(...args),
  keys: (cache) => [...cache.keys()].toSorted(),
  entries: (cache) => [...cache].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  size: (cache) => cache.size,
  bytes: (cache) => cache.bytes,
  cleanup_expired: (cache, args) => cache.cleanupExpired(...args),
  clear: (cache, args) => cache.clear(...args),
  resize: (cache, [options]) => cache.resize(camelKeys(options)),
  stats: (cache, names) => names.map((name) => cache.stats()[camel(name)]),
  snapshot: (cache, [name], subjects) => {
    snapshots.set(subjects, { ...snapshots.get(subjects), [name]: cache.snapshot() });
  },
  restore: (cache, [given], subjects) => {
    const { entries, leftOut } = cache.restore(typeof given === "string" ? snapshots.get(subjects)[given] : given);
    return [entries, leftOut];
  },
  open: (_cache, [handle, name, options], subjects, grid) => {
    subjects.set(handle, grid.Cache.open(name, camelKeys(options)));
  },
  close: (_cache, [handle], subjects) => {
    subjects.get(handle).close();
    subjects.delete(handle);
  },
  forget: (_cache, [name], _subjects, grid) => grid.Cache.forget(name),
  sleep_ms: (_cache, [ms]) => new Promise((resolve) => setTimeout(resolve, ms)),
};
