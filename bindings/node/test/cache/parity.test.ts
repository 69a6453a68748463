// The same random calls on the addon's cache and on the fallback: both must give the same results.
import { describe, expect, test } from "vitest";
import { gridError } from "../../ts/addon-errors.ts";
import { fallbackStores } from "../../ts/cache/fallback/stores.ts";
import type { CacheStore, StoreOptions, StoreTtl, ValueIn } from "../../ts/cache/store.ts";
import { stores } from "../../ts/cache/stores.ts";
import { AddonError } from "../../ts/errors.ts";

/** Numbers that a seed makes: xorshift. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A random call. TTLs are long or none: what expires in between would be chance. */
function randomCall(random: (below: number) => number): [name: string, call: (store: CacheStore) => unknown] {
  const key = () => ["", "é", "\0"][random(20)] ?? `key${random(12)}`;
  const value = (): ValueIn => {
    const length = random(random(10) === 0 ? 900 : 40);
    return [String(random(100) - 50), "x".repeat(length), "ü".repeat(length / 2), Buffer.alloc(length, random(256))][random(4)]!;
  };
  const ttls: StoreTtl[] = [undefined, false, 1e6, 1e6, 0, -1, NaN, Infinity, 1e300];
  const ttl = () => ttls[random(ttls.length)];
  const [one, other, some, life] = [key(), key(), value(), ttl()];
  const number = random(7) - 2;
  const calls: [string, (store: CacheStore) => unknown][] = [
    ["get", (store) => store.get(one)],
    ["getIfThere", (store) => store.getIfThere(one)],
    ["getBuffer", (store) => store.getBuffer(one)],
    ["peek", (store) => store.peek(one)],
    ["has", (store) => store.has(one)],
    ["set", (store) => store.set(one, some, life)],
    ["set", (store) => store.set(one, some, undefined)],
    ["set", (store) => store.set(other, some, undefined)],
    ["delete", (store) => store.delete(one)],
    ["take", (store) => store.take(one)],
    ["getOrInsert", (store) => store.getOrInsert(one, some, life)],
    ["incr", (store) => store.incr(one, number, life)],
    ["touch", (store) => store.touch(one)],
    ["expire", (store) => store.expire(one, life ?? false)],
    ["ttl", (store) => typeof store.ttl(one)],
    ["setMany", (store) => store.setMany([one, other], [some, "v"], [false, life ?? null])],
    ["getMany", (store) => store.getMany([one, other, "nothing"])],
    ["deleteMany", (store) => store.deleteMany([one, "nothing"])],
    ["pages", (store) => [allKeys(store), store.entryPage(0, 1000).keys.toSorted()]],
    ["cleanupExpired", (store) => store.cleanupExpired()],
    ["clear", (store) => number === 0 && store.clear()],
    ["resize", (store) => store.resize(number * 4 + 1, undefined)],
    ["resize", (store) => store.resize(9, number * 900)],
    ["lease", (store) => leased(store, one, some, life)],
  ];
  return calls[random(calls.length)]!;
}

/** All keys by small pages. */
function allKeys(store: CacheStore): string[] {
  const keys: string[] = [];
  for (let cursor: number | undefined = 0; cursor !== undefined;) {
    const page = store.keyPage(cursor, 3);
    keys.push(...page.keys);
    cursor = page.next;
  }
  return keys.toSorted();
}

/** The keys in the order in which they leave, as `resize` evicts one after another. */
function leavingOrder(store: CacheStore): string[][] {
  const left: string[][] = [];
  for (let cap = store.size() - 1; cap > 0; cap -= 1) {
    store.resize(cap, 1e6);
    left.push(allKeys(store));
  }
  return left;
}

/** What becomes of a lease that another waits for. */
function leased(store: CacheStore, key: string, value: ValueIn, ttl: StoreTtl): unknown {
  const first = store.lease(key, 60_000, 1);
  if (first.token === undefined) return first.value;
  const second = store.lease(key, 60_000, 2);
  const stood = store.fulfil(key, first.token, value, ttl);
  return [first.token, second.value, second.waitMs !== undefined && second.waitMs > 0, stood, store.abandon(key, first.token)];
}

/** What a call answers, as plain data. */
function outcome(call: (store: CacheStore) => unknown, store: CacheStore): unknown {
  try {
    return call(store);
  } catch (error) {
    const { code, message } = gridError(error);
    // The highest byte cap is that of the address space in one, and that of numbers in the other.
    return [code, message.replace(/ to \d+, not/, ", not")];
  }
}

describe.each<StoreOptions>([
  { maxEntries: 8 },
  { maxBytes: 1000 },
  { maxEntries: 9, maxBytes: 1500, ttl: 1e7, sliding: true },
  { maxEntries: 1 },
  { maxEntries: 30, maxBytes: 700, policy: "lru" },
  { maxBytes: 2500, ttl: 1e7 },
])("%o", (options) => {
  // Two caches are compared after each of 3000 calls.
  test.each([1, 2, 3, 4])("seed %i", { timeout: 60_000 }, (seed) => {
    const random = randomOf(seed * 7919);
    const native = stores().make(options);
    const fallback = fallbackStores(new AddonError("ERR_ADDON_LOAD", "not loaded")).make(options);
    for (const store of [native, fallback]) store.onWake(() => {});
    const seen = new Set<string>();
    for (let step = 0; step < 3000; step += 1) {
      const [name, call] = randomCall(random);
      seen.add(name);
      const expected = outcome(call, native);
      const place = `step ${step}, ${name}`;
      expect(outcome(call, fallback), place).toEqual(expected);
      expect(fallback.stats(), place).toEqual(native.stats());
    }
    expect(seen.size).toBeGreaterThan(20);
    expect(leavingOrder(fallback)).toEqual(leavingOrder(native));
  });
});
