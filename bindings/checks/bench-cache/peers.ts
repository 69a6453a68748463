// The caches that are timed, each called as its users call it. A module of its own for each peer (see calls-child.ts).
import { once } from "node:events";
import { type MessagePort, Worker } from "node:worker_threads";
import { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import QuickLRU from "quick-lru";
import type { Grid, GridCache } from "./grid.ts";
import type { OwnerAnswer, OwnerQuestion, Room } from "./owner.ts";

export type Entry = [key: string, value: string];

/** A cache. What is missing is undefined or null. */
export type Peer = {
  /** Whether each call answers by a promise. */
  waits: boolean;
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  getMany(keys: string[]): unknown;
  setMany(entries: Entry[]): unknown;
  /** Computes nothing where the key is there. */
  fetch?(key: string): Promise<unknown>;
  getBuffer?(key: string): unknown;
  /** Takes out what was left there before. */
  empty?(): Promise<unknown>;
  /** Lets what is there now be all that there is room for. */
  fence?(): Promise<unknown>;
  end?(): unknown;
};

/** What a peer may need to be made. */
export type Given = {
  grid: Grid;
  /** Grid without its addon. */
  fallback: Grid;
  room: Room;
  /** Of Redis, if there is one. */
  socket: string | undefined;
};

/** Makes each peer by its name in the tables; undefined where what it needs is not there. */
export const MAKERS = {
  grid: ({ grid, room }: Given) => gridPeer(grid, room),
  fallback: ({ fallback, room }: Given) => gridPeer(fallback, room),
  Map: ({ room }: Given) => (room.ttlMs === undefined ? mapPeer(room) : undefined),
  "lru-cache": ({ room }: Given) => lruPeer(room),
  "quick-lru": ({ room }: Given) => quickPeer(room),
  postMessage: async ({ room }: Given) => ownerPeer(await startOwner(room)),
  Redis: ({ room, socket }: Given) => (socket === undefined ? undefined : redisPeer(socket, room)),
};
export type PeerName = keyof typeof MAKERS;

/** What one finds in JavaScript: a Map whose oldest key goes, a key becoming the newest by being put in anew. */
function mapPeer({ capacity }: Room): Peer {
  const map = new Map<string, string>();
  const get = (key: string) => {
    const value = map.get(key);
    if (value === undefined) return undefined;
    map.delete(key);
    map.set(key, value);
    return value;
  };
  const set = (key: string, value: string) => {
    map.delete(key);
    map.set(key, value);
    if (map.size > capacity) map.delete(map.keys().next().value as string);
  };
  return { waits: false, get, set, ...oneByOne(get, set) };
}

function lruPeer({ capacity, ttlMs }: Room): Peer {
  const lru = new LRUCache<string, string>({ max: capacity, ...(ttlMs === undefined ? {} : { ttl: ttlMs }), fetchMethod: nothing });
  const get = (key: string) => lru.get(key);
  const set = (key: string, value: string) => lru.set(key, value);
  return { waits: false, get, set, ...oneByOne(get, set), fetch: (key) => lru.fetch(key) };
}

function quickPeer({ capacity, ttlMs }: Room): Peer {
  const quick = new QuickLRU<string, string>({ maxSize: capacity, ...(ttlMs === undefined ? {} : { maxAge: ttlMs }) });
  const get = (key: string) => quick.get(key);
  const set = (key: string, value: string) => quick.set(key, value);
  return { waits: false, get, set, ...oneByOne(get, set) };
}

/** Ours: the addon or the fallback, as the package says; with a name, the cache of all workers. */
export function gridPeer({ Cache }: Grid, { capacity, ttlMs }: Room, name?: string): Peer {
  const options = { maxEntries: capacity, maxBytes: 2 ** 40, ttlMs: ttlMs ?? null };
  const cache: GridCache = name === undefined ? new Cache(options) : Cache.open(name, options);
  return {
    waits: false,
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getMany: (keys) => cache.getMany(keys),
    setMany: (entries) => cache.setMany(entries),
    fetch: (key) => cache.fetch(key, nothing),
    getBuffer: (key) => cache.getBuffer(key),
    end: () => cache.close(),
  };
}

/** A connection that is kept alive. */
export function redisPeer(socket: string, { ttlMs }: Room): Peer {
  // Where the server has ended, calls are to fail and not to wait.
  const redis = new Redis({ path: socket, retryStrategy: null });
  const set = (key: string, value: string) => (ttlMs === undefined ? redis.set(key, value) : redis.set(key, value, "PX", ttlMs));
  return {
    waits: true,
    get: (key) => redis.get(key),
    set,
    getMany: (keys) => redis.mget(keys),
    // Sent at once, without waiting for each answer.
    setMany: (entries) => Promise.all(entries.map(([key, value]) => set(key, value))),
    getBuffer: (key) => redis.getBuffer(key),
    empty: async () => {
      await redis.config("SET", "maxmemory", "0");
      await redis.flushall();
    },
    fence: async () => {
      const used = /used_memory:(\d+)/.exec(await redis.info("memory"))?.[1];
      if (used === undefined) throw new Error("Redis does not tell its memory");
      await redis.config("SET", "maxmemory", used);
    },
    end: () => redis.disconnect(),
  };
}

/** The usual design without a server: another thread has an lru-cache, and is asked by messages. */
export function ownerPeer(port: MessagePort | Worker): Peer {
  // One question at a time, as of a caller that needs the answer to go on.
  const ask = (question: OwnerQuestion) =>
    new Promise<OwnerAnswer>((resolve) => {
      port.once("message", resolve);
      port.postMessage(question);
    });
  return {
    waits: true,
    get: (key) => ask({ get: [key] }),
    set: (key, value) => ask({ set: [[key, value]] }),
    getMany: (keys) => ask({ get: keys }),
    setMany: (entries) => ask({ set: entries }),
    end: () => (port instanceof Worker ? port.terminate() : port.close()),
  };
}

/** A thread that has the cache, ready to answer. */
export async function startOwner(room: Room): Promise<Worker> {
  const worker = new Worker(new URL("owner.ts", import.meta.url), { workerData: room });
  await once(worker, "online");
  return worker;
}

function nothing(): never {
  throw new Error("the key is not there");
}

/** Calls about many keys of a cache that has none. */
function oneByOne(get: (key: string) => unknown, set: (key: string, value: string) => unknown): Pick<Peer, "getMany" | "setMany"> {
  return {
    getMany: (keys) => keys.map((key) => get(key)),
    setMany: (entries) => {
      for (const [key, value] of entries) set(key, value);
    },
  };
}
