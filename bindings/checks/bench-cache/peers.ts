// The timed caches, each called as its users call it. Each peer has its own copy of this module (see calls-child.ts).
import { once } from "node:events";
import { type MessagePort, Worker } from "node:worker_threads";
import { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import QuickLRU from "quick-lru";
import type { Grid, GridCache } from "./grid.ts";
import type { OwnerAnswer, OwnerQuestion, Room } from "./owner.ts";

export type Entry = [key: string, value: string];

/** A cache. The value of a missing key is undefined or null. */
export type Peer = {
  /** Whether calls return promises. */
  waits: boolean;
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  getMany(keys: string[]): unknown;
  setMany(entries: Entry[]): unknown;
  /** Throws if the key is missing. */
  fetch?(key: string): Promise<unknown>;
  getBuffer?(key: string): unknown;
  /** Removes the entries of an earlier run. */
  empty?(): Promise<unknown>;
  /** Makes the current contents the capacity. */
  fence?(): Promise<unknown>;
  end?(): unknown;
};

/** The parts that peers are created from. */
export type Setup = {
  grid: Grid;
  /** Grid without its addon. */
  fallback: Grid;
  room: Room;
  /** The socket of Redis; undefined without Redis. */
  socket: string | undefined;
};

/** Creates each peer, by its name in the tables; undefined if the peer is not available. */
export const MAKERS = {
  grid: ({ grid, room }: Setup) => gridPeer(grid, room),
  fallback: ({ fallback, room }: Setup) => gridPeer(fallback, room),
  Map: ({ room }: Setup) => (room.ttlMs === undefined ? mapPeer(room) : undefined),
  "lru-cache": ({ room }: Setup) => lruPeer(room),
  "quick-lru": ({ room }: Setup) => quickPeer(room),
  postMessage: async ({ room }: Setup) => ownerPeer(await startOwner(room)),
  Redis: ({ room, socket }: Setup) => (socket === undefined ? undefined : redisPeer(socket, room)),
};
export type PeerName = keyof typeof MAKERS;

/** A plain LRU in JavaScript: a Map that evicts its oldest key; setting a key again makes it the newest. */
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

/** Grid: the addon, or the fallback without it; with a name, the cache that all workers share. */
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

/** One keep-alive connection. */
export function redisPeer(socket: string, { ttlMs }: Room): Peer {
  // If the server has ended, calls must fail instead of waiting.
  const redis = new Redis({ path: socket, retryStrategy: null });
  const set = (key: string, value: string) => (ttlMs === undefined ? redis.set(key, value) : redis.set(key, value, "PX", ttlMs));
  return {
    waits: true,
    get: (key) => redis.get(key),
    set,
    getMany: (keys) => redis.mget(keys),
    // Pipelined.
    setMany: (entries) => Promise.all(entries.map(([key, value]) => set(key, value))),
    getBuffer: (key) => redis.getBuffer(key),
    empty: async () => {
      await redis.config("SET", "maxmemory", "0");
      await redis.flushall();
    },
    fence: async () => {
      const used = /used_memory:(\d+)/.exec(await redis.info("memory"))?.[1];
      if (used === undefined) throw new Error("Redis reports no used_memory");
      await redis.config("SET", "maxmemory", used);
    },
    end: () => redis.disconnect(),
  };
}

/** The usual design without a server: another thread owns an lru-cache and answers messages. */
export function ownerPeer(port: MessagePort | Worker): Peer {
  // One question at a time: the caller waits for each answer.
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

/** Starts the thread that owns the cache. */
export async function startOwner(room: Room): Promise<Worker> {
  const worker = new Worker(new URL("owner.ts", import.meta.url), { workerData: room });
  await once(worker, "online");
  return worker;
}

function nothing(): never {
  throw new Error("the key is missing");
}

/** Calls with many keys for a cache that has none. */
function oneByOne(get: (key: string) => unknown, set: (key: string, value: string) => unknown): Pick<Peer, "getMany" | "setMany"> {
  return {
    getMany: (keys) => keys.map((key) => get(key)),
    setMany: (entries) => {
      for (const [key, value] of entries) set(key, value);
    },
  };
}
