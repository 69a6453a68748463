// Snapshots, which only the addon has: native.test.ts runs it.
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { ArgumentError, Cache } from "../../ts/index.ts";
import { detach, sharedCopy } from "./shared-bytes.ts";

/** Defines the tests. */
export function testSnapshots(): void {
  test("a snapshot with any flipped bit, and any cut, is refused", () => {
    const cache = new Cache();
    cache.setMany([
      ["a", "1"],
      ["b", Buffer.from([1, 2]), { ttlMs: 60_000 }],
    ]);
    const snapshot = cache.snapshot();
    for (let bit = 0; bit < snapshot.length * 8; bit += 1) {
      const flipped = Buffer.from(snapshot);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => cache.restore(flipped)).toThrow(ArgumentError);
    }
    for (let length = 0; length < snapshot.length; length += 1)
      expect(() => cache.restore(snapshot.subarray(0, length))).toThrow(ArgumentError);
    expect(cache.size).toBe(2);
    expect(new Cache().restore(snapshot)).toEqual({ entries: 2, leftOut: 0 });
  });

  test("a loop over keys continues after a restore", () => {
    const cache = new Cache();
    cache.setMany(Array.from({ length: 1000 }, (_, index) => [`k${index}`, "v"] as const));
    const snapshot = cache.snapshot();
    const keys = cache.keys();
    const seen = Array.from({ length: 300 }, () => keys.next().value);
    cache.restore(snapshot);
    expect(new Set([...seen, ...keys]).size).toBe(1000);
    expect(seen.length).toBe(300);
  });

  test("a snapshot whose bytes are gone is refused", () => {
    const cache = new Cache();
    const snapshot = new Uint8Array(cache.snapshot());
    detach(snapshot);
    expect(() => cache.restore(snapshot)).toThrow(/lost its bytes/);
  });

  test("a snapshot that another thread changes is restored as it was, or refused", async () => {
    const value = Buffer.alloc(1 << 20, "a");
    const cache = new Cache();
    cache.set("k", value);
    const snapshot = sharedCopy(cache.snapshot());
    const code =
      "const { bytes, at } = require('node:worker_threads').workerData; require('node:worker_threads').parentPort.postMessage(0); for (;;) Atomics.xor(bytes, at, 3);";
    // 3 makes a `b` of an `a`, and an `a` of that.
    const worker = new Worker(code, { eval: true, workerData: { bytes: snapshot, at: snapshot.length >> 1 } });
    try {
      await new Promise((resolve) => worker.once("message", resolve));
      const ends = Array.from({ length: 100 }, () => restored(cache, snapshot));
      // The checksum is that of the stored value, so no other value may be restored.
      for (const end of ends) expect(end === "refused" || value.equals(end as Buffer)).toBe(true);
    } finally {
      await worker.terminate();
    }
  }, 60_000);
}

function restored(cache: Cache, snapshot: Uint8Array): "refused" | Buffer {
  try {
    cache.restore(snapshot);
    return cache.getBuffer("k")!;
  } catch (error) {
    if (error instanceof ArgumentError) return "refused";
    throw error;
  }
}
