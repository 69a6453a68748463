// Listeners, of both kinds of cache: native.test.ts and fallback.test.ts run it.
import { describe, expect, test } from "vitest";
import { ArgumentError, Cache, type EvictedEvent, type ExpiredEvent } from "../../ts/index.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs something while uncaught exceptions are kept instead of thrown; the exceptions. */
async function uncaught(run: () => Promise<void>): Promise<unknown[]> {
  const before = process.listeners("uncaughtException");
  const errors: unknown[] = [];
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => errors.push(error));
  try {
    await run();
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of before) process.on("uncaughtException", listener);
  }
  return errors;
}

/** Defines the tests. */
export function testEvents(): void {
  describe("listeners", () => {
    test("are called with evictions in their order, with the reason, in one list", async () => {
      const cache = new Cache({ maxEntries: 2, maxBytes: 1000 });
      const batches: EvictedEvent[][] = [];
      cache.on("evicted", (events, dropped) => {
        batches.push(events);
        expect(dropped).toBe(0);
      });
      for (const key of ["a", "b", "c", "d"]) cache.set(key, "v");
      cache.set("large", "x".repeat(900));
      cache.set("last", "v");
      cache.set("deleted", "v");
      cache.delete("deleted");
      cache.set("last", "w");
      cache.set("newest", "v");
      cache.resize({ maxEntries: 1 });
      expect(batches).toEqual([]);
      await sleep(50);
      expect(batches.flat()).toEqual([
        { key: "a", reason: "entries" },
        { key: "b", reason: "entries" },
        { key: "c", reason: "entries" },
        { key: "d", reason: "bytes" },
        { key: "large", reason: "bytes" },
        { key: "last", reason: "resize" },
      ]);
      cache.close();
    });

    test("are called with expired entries when it is removed, and each of its own kind", async () => {
      const cache = new Cache({ maxEntries: 2 });
      const [expired, evicted]: [ExpiredEvent[], EvictedEvent[]] = [[], []];
      cache.on("expired", (events) => expired.push(...events)).on("evicted", (events) => evicted.push(...events));
      cache.set("a", "1", { ttlMs: 20 });
      cache.set("b", "1", { ttlMs: 10 });
      await sleep(60);
      expect(expired).toEqual([]);
      expect(cache.cleanupExpired()).toBe(2);
      cache.setMany([
        ["c", "1"],
        ["d", "1"],
        ["e", "1"],
      ]);
      await sleep(50);
      expect(expired).toEqual([
        { key: "b", reason: "expired" },
        { key: "a", reason: "expired" },
      ]);
      expect(evicted).toEqual([{ key: "c", reason: "entries" }]);
      cache.close();
    });

    test("one that throws is an uncaught exception, and the others are called", async () => {
      const cache = new Cache({ maxEntries: 1 });
      const received: string[] = [];
      const errors = await uncaught(async () => {
        cache.on("evicted", () => {
          throw new Error("of a listener");
        });
        cache.on("evicted", (events) => received.push(...events.map(({ key }) => key)));
        for (const key of ["a", "b"]) cache.set(key, "v");
        await sleep(50);
        cache.set("c", "v");
        await sleep(50);
      });
      expect(received).toEqual(["a", "b"]);
      expect(errors.map((error) => (error as Error).message)).toEqual(["of a listener", "of a listener"]);
      cache.close();
    });

    test("more than a turn hands out come one after another, and those beyond the queue are counted", async () => {
      const cache = new Cache({ maxEntries: 1 });
      const keys: string[] = [];
      let lost = 0;
      cache.on("evicted", (events, dropped) => {
        keys.push(...events.map(({ key }) => key));
        lost += dropped;
      });
      for (let index = 0; index <= 5000; index += 1) cache.set(String(index), "v");
      await sleep(100);
      expect(keys).toEqual(Array.from({ length: 4096 }, (_, index) => String(index)));
      expect(lost).toBe(5000 - 4096);
      cache.set("after", "v");
      await sleep(50);
      expect(keys.at(-1)).toBe("5000");
      cache.close();
    });

    test("long keys fill the queue before it has 4096, and a key that alone is too long is counted", async () => {
      const cache = new Cache({ maxEntries: 1, maxBytes: 8 << 20 });
      const received: [lengths: number[], dropped: number][] = [];
      cache.on("evicted", (events, dropped) => received.push([events.map(({ key }) => key.length), dropped]));
      const key = (letter: string, length: number) => letter.repeat(length);
      cache.set(key("a", (1 << 20) + 1), "v");
      cache.set("evicts", "v");
      await sleep(50);
      expect(received).toEqual([[[], 1]]);
      // Two bytes a letter in UTF-8.
      cache.setMany(["é", "b", "c", "d"].map((letter) => [key(letter, 1 << 18), "v"] as const));
      await sleep(50);
      expect(received.at(-1)).toEqual([["evicts".length, 1 << 18, 1 << 18], 1]);
      // What was drained makes room.
      cache.set("evicts", "v");
      await sleep(50);
      expect(received.at(-1)).toEqual([[1 << 18], 0]);
      cache.close();
    });

    test("one that was removed is not called again, nor is any after close", async () => {
      const cache = new Cache({ maxEntries: 1 });
      const received: string[] = [];
      const listener = (events: EvictedEvent[]) => void received.push(...events.map(({ key }) => key));
      cache.on("evicted", listener).on("evicted", listener);
      cache.setMany([
        ["a", "v"],
        ["b", "v"],
      ]);
      await sleep(50);
      expect(received).toEqual(["a"]);
      cache.off("evicted", listener).set("c", "v");
      await sleep(50);
      cache.on("evicted", listener);
      cache.set("d", "v");
      cache.close();
      await sleep(50);
      expect(received).toEqual(["a"]);
    });

    test("bad events and listeners are refused", () => {
      const cache = new Cache();
      for (const name of ["set", "", null, undefined, 5]) expect(() => cache.on(name as never, () => {})).toThrow(ArgumentError);
      for (const listener of [null, undefined, {}, "f"]) expect(() => cache.on("evicted", listener as never)).toThrow(ArgumentError);
    });
  });
}
