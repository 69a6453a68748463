import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { compareVersions, readElf, type ElfFacts } from "../inspect/elf/facts.ts";
import { loadRegistry } from "../model/registry.ts";
import { findFaults } from "./check.ts";

const target = (triple: string) => {
  const found = loadRegistry().triples.get(triple);
  if (!found) throw new Error(triple);
  return found;
};
const gnu = target("armv7-unknown-linux-gnueabihf");
const musl = target("armv7-unknown-linux-musleabihf");
const facts: ElfFacts = {
  arch: "arm",
  bits: 32,
  floatAbi: "hard",
  needed: ["libc.so.6"],
  versions: { "libc.so.6": ["GLIBC_2.4", "GLIBC_2.17"] },
  glibc: "2.17",
  libc: "glibc",
  glibcSymbols: [],
  loadAlign: 65536,
  cutOff: false,
  staticTls: false,
  textRelocations: false,
  executableStack: false,
  relro: true,
  bindNow: true,
  stripped: true,
  debugBytes: 0,
};

test("a file at its floor is fine", () => {
  expect(findFaults(facts, gnu)).toEqual([]);
});

test("a version above the floor is a fault that names it", () => {
  const above = { ...facts, versions: { "libc.so.6": ["GLIBC_2.17", "GLIBC_2.39"] }, glibc: "2.39" };
  expect(findFaults(above, gnu)).toEqual(["it needs GLIBC_2.39, above the declared floor 2.17"]);
});

test("the wrong architecture is the only fault that is told", () => {
  expect(findFaults({ ...facts, arch: "aarch64", bits: 64 }, gnu)).toEqual([
    "it is aarch64, 64 bits; armv7-unknown-linux-gnueabihf is arm, 32 bits",
  ]);
});

test("a glibc file is not a musl file, and the other way round", () => {
  expect(findFaults(facts, musl)[0]).toBe("it is linked for glibc, and the target is musl");
  expect(findFaults({ ...facts, needed: ["libc.so"], versions: {}, glibc: undefined }, gnu)).toEqual([
    "it is linked for musl, and the target is glibc",
  ]);
});

test("a musl file needs nothing but libc", () => {
  const more = { ...facts, needed: ["libc.so", "libgcc_s.so.1"], versions: {}, glibc: undefined };
  expect(findFaults(more, musl)).toEqual(["it needs libgcc_s.so.1 besides libc.so, which a board may not have"]);
});

test("soft floats do not fit a hard-float target", () => {
  expect(findFaults({ ...facts, floatAbi: "soft" }, gnu)[0]).toMatch(/hard-float/);
});

test("versions compare by number", () => {
  expect(["2.4", "2.17", "2.2.5"].toSorted(compareVersions)).toEqual(["2.2.5", "2.4", "2.17"]);
});

test("the facts of a real file: this very Node", async () => {
  const node = readElf(await readFile(process.execPath), "node");
  expect(node.bits).toBe(64);
  expect(node.needed).toContain("libc.so.6");
  expect(node.versions["libc.so.6"]).toContain(process.arch === "x64" ? "GLIBC_2.2.5" : "GLIBC_2.17");
  expect(node.glibc).toBe("2.28"); // Node 24's own floor
});

test.each([
  ["text", new TextEncoder().encode("not an addon at all")],
  ["nothing", new Uint8Array()],
  ["a file that is cut off", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0])],
])("%s is wrong usage", (_name, bytes) => {
  expect(() => readElf(bytes, "x.node")).toThrow(expect.objectContaining({ code: "NOT_ELF", exit: "usage" }));
});
