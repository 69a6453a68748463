// Calls that the cases cannot express, for both kinds of cache: native.test.ts and fallback.test.ts run it.
import { describe, expect, test } from "vitest";
import { ArgumentError, Cache, InputError, LimitError } from "../../ts/index.ts";

/** A wrong argument, as from a caller without types. */
const wrong = <T>(value: unknown): T => value as T;

const KEY_CALLS: Record<string, (cache: Cache, key: string) => unknown> = {
  set: (cache, key) => cache.set(key, "v"),
  setJson: (cache, key) => cache.setJson(key, 1),
  get: (cache, key) => cache.get(key),
  getBuffer: (cache, key) => cache.getBuffer(key),
  getJson: (cache, key) => cache.getJson(key),
  peek: (cache, key) => cache.peek(key),
  has: (cache, key) => cache.has(key),
  delete: (cache, key) => cache.delete(key),
  take: (cache, key) => cache.take(key),
  getOrInsert: (cache, key) => cache.getOrInsert(key, "v"),
  incr: (cache, key) => cache.incr(key),
  touch: (cache, key) => cache.touch(key),
  expire: (cache, key) => cache.expire(key, 5),
  ttl: (cache, key) => cache.ttl(key),
  setMany: (cache, key) => cache.setMany([[key, "v"]]),
  getMany: (cache, key) => cache.getMany([key]),
  deleteMany: (cache, key) => cache.deleteMany([key]),
};

/** Defines the tests. */
export function testCalls(kind: "native" | "fallback"): void {
  test(`the cache is ${kind}`, () => {
    expect(new Cache().kind).toBe(kind);
  });

  describe.each(Object.entries(KEY_CALLS))("%s", (_name, call) => {
    test.each([null, undefined, 1, 5n, {}, ["k"], Symbol("k")])("%o is not a key", (key) => {
      const cache = new Cache();
      expect(() => call(cache, wrong(key))).toThrow(ArgumentError);
      expect(cache.size).toBe(0);
    });

    test("half of a surrogate pair is refused: as UTF-8 it would be another key", () => {
      const cache = new Cache();
      expect(() => call(cache, "\ud83d")).toThrow("surrogate");
      expect(() => call(cache, "a\udc00b")).toThrow(ArgumentError);
      expect(cache.size).toBe(0);
    });
  });

  describe("bad arguments", () => {
    const values = [null, undefined, 1, 5n, true, {}, [1], new ArrayBuffer(1), new Uint16Array(1), "\ud83d"];
    test.each(values)("%o is not a value", async (value) => {
      const cache = new Cache();
      expect(() => cache.set("k", wrong(value))).toThrow(ArgumentError);
      expect(() => cache.getOrInsert("k", wrong(value))).toThrow(ArgumentError);
      expect(() =>
        cache.setMany([
          ["a", "1"],
          ["k", wrong(value)],
        ]),
      ).toThrow(ArgumentError);
      await expect(cache.fetch("k", () => wrong(value))).rejects.toThrow(ArgumentError);
      expect([cache.size, cache.stats().leases]).toEqual([0, 0]);
    });

    test.each(["5", 5n, {}, true, [5]])("%o is not a time to live", (ttlMs) => {
      const cache = new Cache();
      const options = { ttlMs: wrong<number>(ttlMs) };
      expect(() => new Cache(options)).toThrow(ArgumentError);
      expect(() => cache.set("k", "v", options)).toThrow(ArgumentError);
      expect(() => cache.incr("k", 1, options)).toThrow(ArgumentError);
      expect(() => cache.setMany([["k", "v", options]])).toThrow(ArgumentError);
      cache.set("k", "v");
      expect(() => cache.expire("k", wrong(ttlMs))).toThrow(ArgumentError);
      expect(cache.ttl("k")).toBe(null);
    });

    test("expire needs its time", () => {
      expect(() => new Cache().expire("k", wrong(undefined))).toThrow("ttlMs must be a number; got undefined");
    });

    test.each(["5", null, {}, true, 5n])("%o is not a cap", (cap) => {
      for (const options of [{ maxEntries: cap }, { maxBytes: cap }]) {
        expect(() => new Cache(wrong(options))).toThrow(ArgumentError);
        expect(() => new Cache().resize(wrong(options))).toThrow(ArgumentError);
      }
    });

    test.each([1, null, "true"])("%o is not a flag", (flag) => {
      expect(() => new Cache(wrong({ slidingTtl: flag }))).toThrow("slidingTtl must be a boolean");
      expect(() => Cache.open("flags.test", wrong({ keep: flag }))).toThrow("keep must be a boolean");
    });

    test.each(["LRU", "", "fifo", "s3-fifo"])("%o is not a policy", (policy) => {
      expect(() => new Cache(wrong({ policy }))).toThrow(`the policy must be lru or s3fifo; got ${policy}`);
      expect(() => Cache.open("policies.test", wrong({ policy }))).toThrow(ArgumentError);
    });

    test.each([null, 1, true, {}])("%o is not a name of a policy", (policy) => {
      expect(() => new Cache(wrong({ policy }))).toThrow("the option policy must be a string");
    });

    test.each([NaN, Infinity, -Infinity, 1.5, 2 ** 53, 1e300, 5n, "1", null])("%o is nothing to add", (by) => {
      const cache = new Cache();
      expect(() => cache.incr("n", wrong(by))).toThrow(ArgumentError);
      expect(cache.size).toBe(0);
    });

    test.each([null, undefined, 5, "ab", {}])("%o are not keys or entries", (list) => {
      const cache = new Cache();
      expect(() => cache.getMany(wrong(list))).toThrow(ArgumentError);
      expect(() => cache.deleteMany(wrong(list))).toThrow(ArgumentError);
      expect(() => cache.setMany(wrong(list))).toThrow(ArgumentError);
    });

    test.each(["ab", null, 5, {}])("%o is not an entry", (entry) => {
      expect(() => new Cache().setMany(wrong([entry]))).toThrow(ArgumentError);
    });

    test.each([null, undefined, "bytes", [1], new ArrayBuffer(8)])("%o is not a snapshot", (snapshot) => {
      expect(() => new Cache().restore(wrong(snapshot))).toThrow(ArgumentError);
    });

    test("options that do not exist", () => {
      expect(() => new Cache(wrong({ maxEntires: 5 }))).toThrow("no option maxEntires");
      expect(() => Cache.open("slip", wrong({ maxEntires: 5 }))).toThrow(ArgumentError);
      expect(() => new Cache().set("k", "v", wrong({ ttl: 5 }))).toThrow("no option ttl");
      expect(() => new Cache().resize(wrong({ ttlMs: 5 }))).toThrow("no option ttlMs");
    });
  });

  test("bytes are copied on their way in and out", () => {
    const cache = new Cache();
    const bytes = new Uint8Array([9, 0, 255, 7, 9]);
    cache.set("k", bytes.subarray(1, 4));
    bytes.fill(1);
    for (const read of ["get", "getBuffer", "peek"] as const) {
      const first = cache[read]("k") as Buffer;
      expect(Buffer.isBuffer(first)).toBe(true);
      expect([...first]).toEqual([0, 255, 7]);
      first.fill(1);
    }
    expect([...(cache.take("k") as Buffer)]).toEqual([0, 255, 7]);
  });

  // The addon reads texts into a buffer that it makes larger where one may have been cut.
  test("texts of every length come back complete, alone and among others", () => {
    const cache = new Cache();
    for (const letter of ["a", "\u00e9", "\u20ac", "\u{1f600}"]) {
      const width = Buffer.byteLength(letter);
      for (const bytes of [...Array.from({ length: 24 }, (_, more) => 244 + more), 70_000]) {
        const text = letter.repeat(bytes / width) + "b".repeat(bytes % width);
        cache.set(text, text);
        expect(cache.get(text)).toBe(text);
        expect(cache.getMany(["none", text, text])).toEqual([undefined, text, text]);
        cache.setMany([
          ["k", text],
          [text, "v"],
        ]);
        expect(cache.getMany([text, "k"])).toEqual(["v", text]);
      }
    }
  });

  test("many keys at once come in their order", () => {
    const cache = new Cache();
    const keys = Array.from({ length: 1000 }, (_, number) => `k${number}`);
    cache.setMany(keys.map((key) => [key, `v${key}`]));
    expect(cache.getMany(keys)).toEqual(keys.map((key) => `v${key}`));
    expect(cache.getMany([])).toEqual([]);
  });

  test("a Map is a list of entries, and a Set one of keys", () => {
    const cache = new Cache();
    cache.setMany(
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    );
    expect(cache.getMany(new Set(["b", "c", "a"]))).toEqual(["2", undefined, "1"]);
    expect(cache.deleteMany(cache.keys())).toBe(2);
  });

  test("JSON is stored and read, and only values of JSON", () => {
    const cache = new Cache();
    const value = { list: [1, null, "\u{1f511}"], nested: { yes: true } };
    cache.setJson("k", value, { ttlMs: 60_000 });
    expect(cache.getJson<typeof value>("k")).toEqual(value);
    expect(cache.ttl("k")).toBeGreaterThan(0);
    expect(cache.getJson("nothing")).toBe(undefined);
    for (const bad of [undefined, NaN, 5n, { a: new Map() }, () => 1]) expect(() => cache.setJson("bad", bad)).toThrow(InputError);
    cache.set("text", "{");
    expect(() => cache.getJson("text")).toThrow(InputError);
  });

  test("a count that exceeds a number is an error, and counted", () => {
    const cache = new Cache();
    cache.set("n", "9007199254740991");
    expect(() => cache.incr("n")).toThrow(LimitError);
    expect(cache.get("n")).toBe("9007199254740992");
    expect(cache.incr("n", -1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("the rest of the time to live", () => {
    const cache = new Cache({ ttlMs: 5000 });
    cache.set("a", "1");
    cache.set("b", "1", { ttlMs: 0.5 });
    const left = cache.ttl("a") as number;
    expect(left).toBeGreaterThan(1000);
    expect(left).toBeLessThanOrEqual(5000);
    cache.expire("a", 900);
    expect(cache.ttl("a")).toBeLessThanOrEqual(900);
  });

  describe("iteration", () => {
    const filled = (count: number) => {
      const cache = new Cache({ maxEntries: 100_000 });
      cache.setMany(Array.from({ length: count }, (_, index) => [`k${index}`, String(index)] as const));
      return cache;
    };

    test("over pages each entry comes once", () => {
      const cache = filled(1000);
      const entries = new Map(cache);
      expect(entries.size).toBe(1000);
      expect(entries.get("k999")).toBe("999");
      expect([...cache.keys()].length).toBe(1000);
    });

    test("keys that stay come once while others come, go and change, and the loop ends", () => {
      const cache = filled(2000);
      const seen: string[] = [];
      for (const key of cache.keys()) {
        seen.push(key);
        const number = Number(key.slice(1));
        // Even ones stay, with another value; each odd one is gone.
        cache.set(`k${number - (number % 2)}`, "changed");
        cache.delete(`k${number + 1 - (number % 2)}`);
        cache.set(`new${key}`, "x");
        cache.get(`k${(number * 7) % 2000}`);
      }
      const even = seen.filter((key) => /^k\d*[02468]$/.test(key));
      expect(new Set(even).size).toBe(1000);
      expect(even.length).toBe(1000);
    });

    test("a loop over a cache that is closed meanwhile is an error", () => {
      const cache = filled(1000);
      const read = () => {
        for (const _ of cache) cache.close();
      };
      expect(read).toThrow(ArgumentError);
    });
  });

  describe("handles", () => {
    test("a closed one throws and may be closed again", async () => {
      const cache = new Cache();
      cache.close();
      cache.close();
      expect(() => cache.get("k")).toThrow("closed");
      expect(() => cache.size).toThrow(ArgumentError);
      expect(() => cache.on("evicted", () => {})).toThrow(ArgumentError);
      await expect(cache.fetch("k", () => "v")).rejects.toThrow(ArgumentError);
    });

    test("each counts, and closing one twice counts once", () => {
      const name = `handles.${kind}`;
      const [first, second] = [Cache.open(name), Cache.open(name)];
      first.set("k", "v");
      first.close();
      first.close();
      expect(second.get("k")).toBe("v");
      second[Symbol.dispose]();
      const again = Cache.open(name, { maxEntries: 7 });
      expect(again.size).toBe(0);
      again.close();
    });

    test("an open that is refused leaves no handle", () => {
      const name = `refused.${kind}`;
      const first = Cache.open(name, { maxEntries: 5 });
      expect(() => Cache.open(name, { maxEntries: 6 })).toThrow("entry cap 5, and this call asks for 6");
      first.close();
      Cache.open(name, { maxEntries: 6 }).close();
    });
  });
}
