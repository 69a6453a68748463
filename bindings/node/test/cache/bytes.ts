// Bytes from callers in all kinds of memory, for both kinds of cache: native.test.ts and fallback.test.ts run it.
import { describe, expect, test } from "vitest";
import { ArgumentError, Cache } from "../../ts/index.ts";
import { detach, sharedCopy } from "./shared-bytes.ts";

/** Calls that store bytes under `k`. */
const CALLS: Record<string, (cache: Cache, bytes: Uint8Array) => unknown> = {
  set: (cache, bytes) => cache.set("k", bytes),
  getOrInsert: (cache, bytes) => cache.getOrInsert("k", bytes),
  setMany: (cache, bytes) => cache.setMany([["k", bytes]]),
  fetch: (cache, bytes) => cache.fetch("k", () => bytes),
};

/** Bytes in a buffer that can be resized; TypeScript's library is older than that. */
function resizable(text: string): { bytes: Uint8Array; resize(length: number): void } {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer & { resize(length: number): void };
  const buffer = new Resizable(text.length, { maxByteLength: 1 << 20 });
  const bytes = new Uint8Array(buffer);
  bytes.set(Buffer.from(text));
  return { bytes, resize: (length) => buffer.resize(length) };
}

/** Defines the tests. */
export function testBytes(): void {
  describe.each(Object.entries(CALLS))("bytes that are given to %s", (_name, call) => {
    test("are taken from shared memory, of a growing size too, and from a part of a buffer", async () => {
      const growing = resizable("bytes");
      growing.resize(3);
      const part = new Uint8Array([0, ...Buffer.from("part"), 0]).subarray(1, -1);
      for (const bytes of [sharedCopy(Buffer.from("shared")), growing.bytes, part, new Uint8Array()]) {
        const cache = new Cache();
        await call(cache, bytes);
        const wanted = Buffer.from(bytes);
        bytes.fill(0);
        expect(cache.get("k")).toEqual(wanted);
      }
    });

    test("that are gone are an error, and not an empty value", async () => {
      const transferred = new Uint8Array(8);
      detach(transferred);
      const cut = resizable("some bytes");
      const beyond = new Uint8Array(cut.bytes.buffer, 5, 5);
      cut.resize(7);
      for (const bytes of [transferred, beyond]) {
        const cache = new Cache();
        await expect((async () => call(cache, bytes))()).rejects.toThrow(/lost its bytes/);
        expect(cache.size).toBe(0);
      }
    });
  });

  test("bytes that are of another realm's class are bytes", async () => {
    const { runInNewContext } = await import("node:vm");
    const cache = new Cache();
    cache.set("k", runInNewContext("Uint8Array.of(1, 2)") as Uint8Array);
    expect(cache.get("k")).toEqual(Buffer.of(1, 2));
  });

  test("an object that only looks like bytes is not a value", () => {
    const made = Object.create(Uint8Array.prototype) as Uint8Array;
    expect(() => new Cache().set("k", made)).toThrow(ArgumentError);
  });

  test("bytes that an option or a later entry takes away are an error", () => {
    const cache = new Cache();
    const taking = (bytes: Uint8Array) => ({
      get ttlMs(): number {
        detach(bytes);
        return 1000;
      },
    });
    const bytes = [1, 2, 3].map(() => new Uint8Array(8)) as [Uint8Array, Uint8Array, Uint8Array];
    expect(() => cache.set("k", bytes[0], taking(bytes[0]))).toThrow(/lost its bytes/);
    expect(() => cache.getOrInsert("k", bytes[1], taking(bytes[1]))).toThrow(/lost its bytes/);
    const entries = [["k", bytes[2]] as const, ["l", "text", taking(bytes[2])] as const];
    expect(() => cache.setMany(entries)).toThrow(/lost its bytes/);
    expect(cache.size).toBe(0);
  });

  test("entries may have parts of one buffer, which overlap", () => {
    const cache = new Cache();
    const bytes = Buffer.from("some bytes");
    cache.setMany([
      ["all", bytes],
      ["again", bytes],
      ["end", bytes.subarray(5)],
      ["begin", bytes.subarray(0, 7)],
    ]);
    expect(cache.getMany(["all", "again", "end", "begin"]).map(String)).toEqual(["some bytes", "some bytes", "bytes", "some by"]);
  });
}
