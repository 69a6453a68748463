// fetch in one thread, of both kinds of cache: native.test.ts and fallback.test.ts run it.
import { describe, expect, test } from "vitest";
import { ArgumentError, Cache, LimitError } from "../../ts/index.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<string>(() => {});

/** Defines the tests. */
export function testFetch(kind: string): void {
  describe("fetch", () => {
    test("computes once for all callers, and stores", async () => {
      const cache = new Cache();
      const calls: string[] = [];
      const compute = async (key: string) => {
        calls.push(key);
        await sleep(20);
        return `of ${key}`;
      };
      const values = await Promise.all([cache.fetch("a", compute), cache.fetch("a", compute), cache.fetch("b", compute)]);
      expect(values).toEqual(["of a", "of a", "of b"]);
      expect(await cache.fetch("a", compute)).toBe("of a");
      expect(calls).toEqual(["a", "b"]);
      expect([cache.get("a"), cache.stats().leases]).toEqual(["of a", 0]);
    });

    test("two handles of one name compute once", async () => {
      const [one, other] = [Cache.open(`fetch.${kind}`), Cache.open(`fetch.${kind}`)];
      let calls = 0;
      const compute = async () => {
        await sleep(20);
        return String((calls += 1));
      };
      expect(await Promise.all([one.fetch("k", compute), other.fetch("k", compute)])).toEqual(["1", "1"]);
      one.close();
      other.close();
    });

    test("bytes come out as a Buffer", async () => {
      const cache = new Cache();
      expect(await cache.fetch("k", async () => new Uint8Array([1, 2]))).toEqual(Buffer.from([1, 2]));
      expect(await cache.fetch("k", never)).toEqual(Buffer.from([1, 2]));
    });

    test("a function that rejects or throws rejects all callers, and the next one computes", async () => {
      const cache = new Cache();
      const failure = new Error("no backend");
      const reject = async () => {
        await sleep(10);
        throw failure;
      };
      const results = await Promise.allSettled([cache.fetch("k", reject), cache.fetch("k", reject)]);
      expect(results).toEqual([1, 2].map(() => ({ status: "rejected", reason: failure })));
      const thrower = () => {
        throw failure;
      };
      await expect(cache.fetch("k", thrower)).rejects.toBe(failure);
      expect(cache.stats().leases).toBe(0);
      expect(await cache.fetch("k", () => "v")).toBe("v");
    });

    test("two handles: when one rejects the other computes next", async () => {
      const [one, other] = [Cache.open(`turn.${kind}`), Cache.open(`turn.${kind}`)];
      const first = one.fetch("k", async () => {
        await sleep(20);
        throw new Error("no backend");
      });
      const second = other.fetch("k", () => "of the other");
      await expect(first).rejects.toThrow("no backend");
      expect(await second).toBe("of the other");
      one.close();
      other.close();
    });

    test("a function that never settles loses its lease, and a late value is not stored", async () => {
      const cache = new Cache();
      let settle = (_value: string): void => {};
      const late = cache.fetch("k", () => new Promise((resolve) => (settle = resolve)), { leaseMs: 30 });
      const failure = await late.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(LimitError);
      expect(failure).toMatchObject({ kind: "time", option: "leaseMs", limit: 30 });
      expect(await cache.fetch("k", () => "in time")).toBe("in time");
      settle("late");
      await sleep(10);
      expect(cache.get("k")).toBe("in time");
    });

    test("a key that was deleted or set meanwhile is not overwritten", async () => {
      const cache = new Cache();
      const compute = async () => {
        await sleep(20);
        return "old";
      };
      const [deleted, set] = [cache.fetch("deleted", compute), cache.fetch("set", compute)];
      cache.delete("deleted");
      cache.set("set", "new");
      expect(await Promise.all([deleted, set])).toEqual(["old", "old"]);
      expect(cache.getMany(["deleted", "set"])).toEqual([undefined, "new"]);
    });

    test("keys that no entry could have and too many bytes of keys are refused, and nothing is computed", async () => {
      const cache = new Cache({ maxBytes: 1000 });
      const long = await cache.fetch("é".repeat(461), never).catch((error: unknown) => error);
      expect(long).toMatchObject({ message: expect.stringContaining("the entry needs 1002 bytes") as string });
      void cache.fetch("é".repeat(460), never, { leaseMs: 30 }).catch(() => {});
      expect(await cache.fetch("k".repeat(80), () => "v")).toBe("v");
      const refused = await cache.fetch("l".repeat(81), never).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(LimitError);
      expect(refused).toMatchObject({ message: expect.stringContaining("keeps 1000 bytes of keys with leases at most") as string });
      await sleep(60);
      expect(await cache.fetch("l".repeat(81), () => "v")).toBe("v");
    });

    test("close ends leases and waiting", async () => {
      const [one, other, third] = [1, 2, 3].map(() => Cache.open(`close.${kind}`)) as [Cache, Cache, Cache];
      const computing = one.fetch("k", async () => {
        await sleep(40);
        return "of one";
      });
      const waiting = other.fetch("k", () => "of the other");
      other.close();
      await expect(waiting).rejects.toThrow(ArgumentError);
      one.close();
      expect(await third.fetch("k", () => "of the third")).toBe("of the third");
      expect(await computing).toBe("of one");
      expect(third.get("k")).toBe("of the third");
      third.close();
    });

    test.each([0, -1, NaN, Infinity, -Infinity, 1e300, 2 ** 31, "5", 5n, null])("%o is not a time of a lease", async (leaseMs) => {
      const cache = new Cache();
      await expect(cache.fetch("k", () => "v", { leaseMs: leaseMs as never })).rejects.toThrow(ArgumentError);
      expect(cache.size).toBe(0);
    });

    test.each([0, -1, NaN, Infinity, 1e300])("a TTL of %o is refused and leaves no lease", async (ttlMs) => {
      const cache = new Cache();
      await expect(cache.fetch("k", () => "v", { ttlMs })).rejects.toThrow(ArgumentError);
      expect([cache.size, cache.stats().leases]).toEqual([0, 0]);
    });

    test("without a function it is refused", async () => {
      for (const compute of [undefined, null, "v", {}])
        await expect(new Cache().fetch("k", compute as never)).rejects.toThrow(ArgumentError);
      await expect(new Cache().fetch("\ud83d", () => "v")).rejects.toThrow("surrogate");
    });
  });
}
