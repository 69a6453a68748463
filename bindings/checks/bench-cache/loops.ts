// The timed calls, each as a loop. Each peer has its own copy of this module (see calls-child.ts): V8 optimizes a loop for the functions
// that it has called, and a loop that had called all peers would be slower.
import { BATCH, type Keys } from "./keys.ts";
import type { Peer } from "./peers.ts";

/** Names of the calls in the tables, in order: the last one changes the keys of the cache. */
export const CALLS = ["get, hit", "get, miss", "getMany, a key", "getBuffer", "fetch, hit", "set, update", "set, new"] as const;
export type CallName = (typeof CALLS)[number];

/** Functions that make a batch of calls, by the name of the call, for the calls that the peer supports. They throw on a wrong answer. */
export function asksOf(peer: Peer, keys: Keys): Partial<Record<CallName, () => unknown>> {
  return peer.waits ? waitingAsks(peer, keys) : plainAsks(peer, keys);
}

function plainAsks(peer: Peer, { there, missing, fresh, values }: Keys): Partial<Record<CallName, () => unknown>> {
  const [hits, misses, updates, news, buffers] = [turns(there), turns(missing), turns(there), turns(fresh), turns(there)];
  return {
    "get, hit": () => {
      const from = hits();
      for (let at = from; at < from + BATCH; at += 1) if (peer.get(there[at] as string) === undefined) wrong("misses a key");
    },
    "get, miss": () => {
      const from = misses();
      for (let at = from; at < from + BATCH; at += 1) if (peer.get(missing[at] as string) !== undefined) wrong("has a key too many");
    },
    "getMany, a key": askMany(peer, there),
    "set, update": () => {
      const from = updates();
      for (let at = from; at < from + BATCH; at += 1) peer.set(there[at] as string, values[at % values.length] as string);
    },
    "set, new": () => {
      const from = news();
      for (let at = from; at < from + BATCH; at += 1) peer.set(fresh[at] as string, values[at % values.length] as string);
    },
    ...(peer.getBuffer && {
      getBuffer: () => {
        const from = buffers();
        for (let at = from; at < from + BATCH; at += 1) if (peer.getBuffer?.(there[at] as string) === undefined) wrong("misses a key");
      },
    }),
    ...(peer.fetch && { "fetch, hit": askEach(there, (key) => peer.fetch?.(key), isThere) }),
  };
}

/** For a peer whose calls are so slow that the loop's own time does not matter. */
function waitingAsks(peer: Peer, { there, missing, fresh, values }: Keys): Partial<Record<CallName, () => unknown>> {
  const set = (key: string, at: number) => peer.set(key, values[at % values.length] as string);
  return {
    "get, hit": askEach(there, (key) => peer.get(key), isThere),
    "get, miss": askEach(
      missing,
      (key) => peer.get(key),
      (value) => !isThere(value),
    ),
    "getMany, a key": askMany(peer, there),
    "set, update": askEach(there, set, () => true),
    "set, new": askEach(fresh, set, () => true),
    ...(peer.getBuffer && { getBuffer: askEach(there, (key) => peer.getBuffer?.(key), isThere) }),
  };
}

function askEach(list: string[], call: (key: string, at: number) => unknown, good: (value: unknown) => boolean): () => Promise<void> {
  const next = turns(list);
  return async () => {
    const from = next();
    for (let at = from; at < from + BATCH; at += 1) if (!good(await call(list[at] as string, at))) wrong("gives a wrong answer");
  };
}

function askMany(peer: Peer, list: string[]): () => unknown {
  const batches = Array.from({ length: list.length / BATCH }, (_, index) => list.slice(index * BATCH, (index + 1) * BATCH));
  let turn = -1;
  const check = (values: unknown) => {
    if (!isThere((values as unknown[])[BATCH - 1])) wrong("misses a key");
  };
  return () => {
    turn = (turn + 1) % batches.length;
    const values = peer.getMany(batches[turn] as string[]);
    return values instanceof Promise ? values.then(check) : check(values);
  };
}

/** A function that returns the start of the next batch of a list; after the end it starts again. */
function turns(list: string[]): () => number {
  let at = -BATCH;
  return () => (at = (at + BATCH) % list.length);
}

const isThere = (value: unknown) => value !== undefined && value !== null;

function wrong(problem: string): never {
  throw new Error(`a cache ${problem}`);
}
