import { describe, expect, test } from "vitest";
import { ArgumentError, Cache, LimitError } from "../ts/index.ts";

describe("values", () => {
  test("bytes come out as a Buffer of their own", () => {
    const cache = new Cache();
    const bytes = new Uint8Array([0, 255, 7]);
    cache.set("k", bytes);
    bytes[0] = 9;
    const first = cache.get("k") as Buffer;
    expect(Buffer.isBuffer(first)).toBe(true);
    expect([...first]).toEqual([0, 255, 7]);
    first[0] = 9;
    expect([...(cache.get("k") as Buffer)]).toEqual([0, 255, 7]);
  });

  test("a view stores its own part only", () => {
    const cache = new Cache();
    cache.set("view", new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
    cache.set("buffer", Buffer.from("pooled"));
    expect([...(cache.get("view") as Buffer)]).toEqual([2, 3]);
    expect(cache.get("buffer")).toEqual(Buffer.from("pooled"));
  });

  test("a miss is undefined, not null", () => {
    expect(new Cache().get("nothing")).toBe(undefined);
  });

  test.each([null, undefined, 1, true, {}, [1], new ArrayBuffer(1), new Uint16Array(1)])("%o is no value", (value) => {
    const cache = new Cache();
    expect(() => cache.set("k", value as never)).toThrow(ArgumentError);
    expect(cache.size).toBe(0);
  });
});

describe("keys and options", () => {
  test.each([null, undefined, 1, {}, Symbol("k")])("%o is no key", (key) => {
    const cache = new Cache();
    for (const call of [
      () => cache.set(key as never, "v"),
      () => cache.get(key as never),
      () => cache.delete(key as never),
      () => Cache.open(key as never),
    ]) {
      expect(call).toThrow(ArgumentError);
    }
  });

  test("half of a surrogate pair is refused: as UTF-8 it would be another key", () => {
    const cache = new Cache();
    expect(() => cache.set("\ud83d", "v")).toThrow("surrogate");
    expect(() => cache.set("k", "\udc00")).toThrow("surrogate");
  });

  test("a typing slip in an option lifts no bound", () => {
    const options = { maxEntires: 5 } as never;
    expect(() => new Cache(options)).toThrow("no option maxEntires");
    expect(() => Cache.open("slip", options)).toThrow(ArgumentError);
    expect(() => new Cache().set("k", "v", { ttl: 5 } as never)).toThrow("no option ttl");
  });

  test.each([null, 5, "x"])("%o is no options object", (options) => {
    expect(() => new Cache(options as never)).toThrow(ArgumentError);
  });

  test.each(["5", null, {}, true, 5n])("%o is no number", (maxEntries) => {
    expect(() => new Cache({ maxEntries } as never)).toThrow(ArgumentError);
  });

  test("an entry larger than the cache is a LimitError", () => {
    const cache = new Cache({ maxBytes: 200 });
    expect(() => cache.set("k", "v".repeat(1000))).toThrow(LimitError);
  });
});

test("size and bytes are getters, as in Map", () => {
  const cache = new Cache();
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
  cache.set("k", "v");
  expect(cache.size).toBe(1);
  expect(cache.bytes).toBeGreaterThan(2);
});
