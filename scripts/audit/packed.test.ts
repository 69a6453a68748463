import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { findPacked } from "./packed.ts";

/** The start of an ELF file, then bytes that no compressor makes much smaller. */
const elf = Buffer.concat([Buffer.from("\x7fELF"), noise(300_000)]);
const text = Buffer.concat([Buffer.from("text"), noise(300_000)]);
const named = Buffer.from("1f8b08080000000000036100", "hex");

test.each([
  ["zstd", zstdCompressSync(elf)],
  ["zstd", zstdCompressSync(elf, { params: { [constants.ZSTD_c_checksumFlag]: 1 }, pledgedSrcSize: elf.length })],
  ["gzip", gzipSync(elf)],
  ["gzip", Buffer.concat([named, gzipSync(elf).subarray(10)])],
])("an ELF file packed by %s, with more before and behind it", (format, bytes) => {
  const file = Buffer.concat([Buffer.from("\x7fELF"), noise(1000), bytes, noise(1000)]);
  const found = findPacked(file);
  expect(found.map(({ offset, format: name }) => [offset, name])).toEqual([[1004, format]]);
  expect(elf.equals(found[0]?.bytes ?? new Uint8Array())).toBe(true);
});

test("two in one file, in the order of their offsets", () => {
  const file = Buffer.concat([gzipSync(elf), zstdCompressSync(elf), Buffer.alloc(2000)]);
  expect(findPacked(file).map(({ format, bytes }) => [format, bytes?.length])).toEqual([
    ["gzip", elf.length],
    ["zstd", elf.length],
  ]);
});

test.each([
  ["packed text", Buffer.concat([zstdCompressSync(text), gzipSync(text)])],
  ["the magic of zstd alone", Buffer.concat([Buffer.from("28b52ffd", "hex"), noise(5000)])],
  ["the magic of gzip alone", Buffer.concat([Buffer.from("1f8b080000000000", "hex"), noise(5000)])],
  ["a frame that is cut off", zstdCompressSync(elf).subarray(0, 290_000)],
  ["an empty file", Buffer.alloc(0)],
])("%s: not a packed file", (_name, bytes) => {
  expect(findPacked(bytes)).toEqual([]);
});

test("truncated data have a reason instead of bytes", () => {
  const found = findPacked(gzipSync(elf).subarray(0, 200_000));
  expect(found).toEqual([{ offset: 0, format: "gzip", reason: expect.stringMatching(/unexpected end/) }]);
});

test("a decompression bomb is not unpacked", () => {
  const zeros = Buffer.alloc(1_000_000_001);
  elf.copy(zeros, 0, 0, 5000);
  const found = findPacked(zstdCompressSync(zeros));
  expect(found).toEqual([{ offset: 0, format: "zstd", reason: "it is more than 1000 MB" }]);
});

test("a file full of magic numbers does not take long", () => {
  const magics = Buffer.alloc(20_000_000, Buffer.from("1f8b080000000000000328b52ffd", "hex"));
  const started = performance.now();
  expect(findPacked(magics)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(10_000);
});

/** Pseudo-random bytes, the same in each run. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff));
}
