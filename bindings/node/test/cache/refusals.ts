// Features that a cache without the addon refuses: fallback.test.ts runs it.
import { describe, expect, test } from "vitest";
import { AddonError, ArgumentError, Cache, type CacheOptions } from "../../ts/index.ts";

/** Fails unless a call throws the error of the load, with the feature that needs the addon. */
function expectRefused(call: () => unknown, feature: string): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AddonError);
  expect(thrown).toMatchObject({
    code: "ERR_ADDON_PLATFORM",
    message: `${feature} needs Grid's native addon, which could not be loaded: no addon on this machine`,
    cause: { code: "ERR_ADDON_PLATFORM" },
  });
}

/** Defines the tests. */
export function testRefusals(): void {
  describe("a feature that needs the addon is an error with the cause", () => {
    test("another policy than lru, with any other options", () => {
      for (const options of [{}, { maxEntries: 5 }, { maxBytes: 90 }] as CacheOptions[]) {
        expectRefused(() => new Cache({ ...options, policy: "s3fifo" }), "the policy s3fifo");
        expectRefused(() => Cache.open("refused.policy", { ...options, policy: "s3fifo" }), "the policy s3fifo");
      }
      expect(Cache.forget("refused.policy")).toBe(false);
    });

    test("another policy for a cache that is open under lru", () => {
      using cache = Cache.open("refused.open", { policy: "lru" });
      cache.set("k", "v");
      expectRefused(() => Cache.open("refused.open", { policy: "s3fifo" }), "the policy s3fifo");
      expect(cache.get("k")).toBe("v");
    });

    test("snapshots, and the cache stays", () => {
      const cache = new Cache();
      cache.set("k", "v");
      expectRefused(() => cache.snapshot(), "snapshot()");
      for (const bytes of [new Uint8Array(), Buffer.from("GRIDSNAP")]) expectRefused(() => cache.restore(bytes), "restore()");
      expect(new Map(cache)).toEqual(new Map([["k", "v"]]));
    });

    test("an argument of the wrong type is that error first", () => {
      expect(() => new Cache().restore("bytes" as never)).toThrow(ArgumentError);
      expect(() => new Cache({ policy: "fifo" as never })).toThrow(ArgumentError);
    });
  });
}
