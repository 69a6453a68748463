// The calls that are timed, each as a loop of its own. A module of its own for each peer (see calls-child.ts): V8 compiles a loop for what it
// has seen it call, and one that had called all peers would be slower for each.
import { BATCH, type Keys } from "./keys.ts";
import type { Peer } from "./peers.ts";

/** Calls by their names in the tables, in order: the last one changes which keys are there. */
export const CALLS = ["get, hit", "get, miss", "getMany, a key", "getBuffer", "fetch, hit", "set, update", "set, new"] as const;
export type CallName = (typeof CALLS)[number];

/** What makes a batch of calls, by their name; without those that the peer has not. It throws if an answer is not the right one. */
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

/** Of a peer whose calls take so long that what a loop takes does not count. */
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

/** Where the next batch of a list begins, from the start again after its end. */
function turns(list: string[]): () => number {
  let at = -BATCH;
  return () => (at = (at + BATCH) % list.length);
}

const isThere = (value: unknown) => value !== undefined && value !== null;

function wrong(what: string): never {
  throw new Error(`a cache ${what}`);
}
