// The claims of .ARM.attributes: in output of zig, and in broken bytes.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { readArmAttributes } from "./arm-attributes.ts";
import { parseElf, SHT, type ElfFile } from "./file.ts";

const SOURCE = "int f(const char *p) { int v; __builtin_memcpy(&v, p, 4); return v; }";

function compiled(flags: string[]): ElfFile {
  return parseElf(readFileSync(compileShared(SOURCE, "arm-linux-gnueabihf.2.17", flags)), "x");
}

/** A file whose only section has these bytes. */
function fileOf(bytes: number[], size = bytes.length): ElfFile {
  const complete = Uint8Array.from(bytes);
  const only = { name: ".ARM.attributes", type: SHT.armAttributes, flags: 0, address: 0, offset: 0, size, link: 0, info: 0 };
  return { ...parseElf(headerOnly, "x"), bytes: complete, sections: [only] };
}
const headerOnly = Uint8Array.from({ length: 64 }, (_, at) => [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1][at] ?? 0);

/** The section around a file scope with these attributes. */
function section(attributes: number[], vendor = "aeabi"): number[] {
  const name = [...Buffer.from(`${vendor}\0`)];
  const scope = [1, ...word(5 + attributes.length), ...attributes];
  return [0x41, ...word(4 + name.length + scope.length), ...name, ...scope];
}
const word = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

test.each([
  [["-mcpu=generic+v7a"], { claimedArch: "v7", unalignedAccess: true }],
  [["-mcpu=generic+v7a", "-mstrict-align"], { claimedArch: "v7", unalignedAccess: false }],
  [["-mcpu=arm1176jzf_s", "-mstrict-align"], { claimedArch: "v6", unalignedAccess: false }],
])("zig cc %j", (flags, claims) => {
  expect(readArmAttributes(compiled(flags))).toEqual(claims);
});

test("strings and unused tags are skipped", () => {
  // Read as numbers, each string would be tag 34 with the value 0.
  const text = [...Buffer.from('x"\0')];
  const others = [5, ...text, 67, ...text, 32, 1, ...text.slice(1), 0x80, 1, 3];
  expect(readArmAttributes(fileOf(section([6, 10, 34, 1, ...others])))).toEqual({ claimedArch: "v7", unalignedAccess: true });
  expect(readArmAttributes(fileOf(section([34, 1], "gnu")))).toEqual({});
});

test("an absent tag has the value 0, and an unknown architecture has no name", () => {
  expect(readArmAttributes(fileOf(section([6, 99])))).toEqual({ unalignedAccess: false });
});

test("a file without the section, or with one beyond its end, has no claims", () => {
  expect(readArmAttributes({ ...fileOf([]), sections: [] })).toEqual({});
  expect(readArmAttributes(fileOf(section([34, 1]), 1000))).toEqual({});
});

test("broken bytes never make the reader throw or loop", () => {
  const complete = section([5, ...Buffer.from("cortex-a7\0"), 6, 10, 34, 1]);
  for (let length = 0; length < complete.length; length += 1) expect(readArmAttributes(fileOf(complete.slice(0, length)))).toEqual({});
  for (let at = 0; at < complete.length; at += 1) {
    for (const byte of [0, 1, 4, 0x7f, 0x80, 0xff]) readArmAttributes(fileOf(complete.with(at, byte)));
  }
  expect(readArmAttributes(fileOf(section(Array<number>(5000).fill(0x80))))).toEqual({});
});
