import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { readElf } from "./facts.ts";
import { parseElf, PT } from "./file.ts";
import { trimElf } from "./trim.ts";

test("the Node that runs the tests runs without the rest too", () => {
  const bytes = readFileSync(process.execPath);
  const trimmed = trimElf(bytes, "node");
  expect(trimmed.length).toBeLessThan(bytes.length * 0.95);
  const file = join(temporaryFolder(), "node");
  writeFileSync(file, trimmed);
  chmodSync(file, 0o755);
  const script = "process.stdout.write(process.version + require('node:zlib').gunzipSync(require('node:zlib').gzipSync('whole')))";
  expect(execFileSync(file, ["-e", script], { encoding: "utf8" })).toBe(`${process.version}whole`);
  // Nothing is left to take out.
  expect(Buffer.compare(trimElf(trimmed, "node"), trimmed)).toBe(0);
});

/** Moves the last segment of a file back, as patchelf does with one that it adds: the symbol tables are before it then. */
function moveLast(bytes: Uint8Array): Uint8Array {
  const elf = parseElf(bytes, "addon");
  const at = elf.bits === 64 ? { table: 32, size: 54, offset: 8 } : { table: 28, size: 42, offset: 4 };
  const read = (where: number) => (elf.bits === 64 ? Number(elf.view.getBigUint64(where, true)) : elf.view.getUint32(where, true));
  const loaded = elf.segments.filter(({ type, fileSize }) => type === PT.load && fileSize > 0);
  const last = loaded.toSorted((a, b) => a.offset - b.offset).at(-1)!;
  const to = Math.ceil((bytes.length - last.offset) / last.align) * last.align + last.offset;
  const moved = new Uint8Array(to + last.fileSize);
  moved.set(bytes);
  moved.fill(0xcc, last.offset, last.offset + last.fileSize);
  moved.set(bytes.subarray(last.offset, last.offset + last.fileSize), to);
  const view = new DataView(moved.buffer);
  for (const [index, { offset, fileSize }] of elf.segments.entries()) {
    if (fileSize === 0 || offset < last.offset) continue;
    const where = read(at.table) + index * elf.view.getUint16(at.size, true) + at.offset;
    if (elf.bits === 64) view.setBigUint64(where, BigInt(offset - last.offset + to), true);
    else view.setUint32(where, offset - last.offset + to, true);
  }
  return moved;
}

test.each(["x86_64-linux-gnu.2.17", "aarch64-linux-musl", "arm-linux-gnueabihf.2.17"])("%s: a segment at the end of the file", (target) => {
  const bytes = readFileSync(compileShared(addonSource(""), target, ["-g"]));
  const trimmed = trimElf(bytes, "addon");
  expect(trimmed.length).toBeLessThan(bytes.length);
  expect(Buffer.compare(trimElf(moveLast(bytes), "addon"), trimmed)).toBe(0);
  const { arch, needed, versions } = readElf(bytes, "addon");
  expect(readElf(trimmed, "addon")).toMatchObject({ arch, needed, versions });
});

test("a file with a segment that is not loaded stays as it is", () => {
  const bytes = Uint8Array.from(readFileSync(compileShared(addonSource(""), "x86_64-linux-gnu.2.17")));
  const view = new DataView(bytes.buffer);
  const elf = parseElf(bytes, "addon");
  const index = elf.segments.findLastIndex(({ type, fileSize }) => type === PT.load && fileSize > 0);
  view.setBigUint64(Number(view.getBigUint64(32, true)) + index * view.getUint16(54, true) + 8, 16n, true);
  expect(trimElf(bytes, "addon")).toBe(bytes);
});
