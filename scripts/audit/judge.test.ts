import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { ElfFacts, Finding, NodeApiFacts } from "./report.ts";
import { compareVersions, readElf } from "./elf/facts.ts";
import { judge, judgeBudget } from "./judge.ts";
import { placeOfTarget } from "../model/place.ts";
import type { Place } from "./place.ts";
import { loadRegistry } from "../model/read-registry.ts";

const place = (triple: string): Place => {
  const registry = loadRegistry();
  const found = registry.triples.get(triple);
  if (!found) throw new Error(triple);
  return placeOfTarget(registry, found);
};
const gnu = place("armv7-unknown-linux-gnueabihf");
const musl = place("armv7-unknown-linux-musleabihf");
const addon: NodeApiFacts = { kind: "node-api", version: 8, newest: [], lookedUp: false, unknown: [] };
const judged = (facts: ElfFacts, where: Place, node = addon): Finding[] => judge(facts, node, where);
const messages = (facts: ElfFacts, where: Place) => judged(facts, where).map((finding) => finding.message);
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
  sections: {},
  debugBytes: 0,
};

test("a file at its floor is fine", () => {
  expect(judged(facts, gnu)).toEqual([]);
});

test("a version above the floor is a finding that names it and who asks for it", () => {
  const glibcSymbols = ["a", "b", "c", "d"].map((name) => ({ name, weak: true }));
  expect(messages({ ...facts, glibc: "2.39", glibcSymbols }, gnu)).toEqual([
    "it needs GLIBC_2.39 for a, b, c and 1 more; weak, but the loader asks for their version all the same, above the declared floor 2.17",
  ]);
});

test("the wrong architecture is the only finding that is told", () => {
  expect(messages({ ...facts, arch: "aarch64", bits: 64, executableStack: true }, gnu)).toEqual([
    "it is aarch64, 64 bits; armv7-unknown-linux-gnueabihf is arm, 32 bits",
  ]);
});

test("a glibc file is not a musl file, and the other way round", () => {
  expect(messages(facts, musl)).toEqual(["it is linked for glibc, and armv7-unknown-linux-musleabihf has musl"]);
  expect(messages({ ...facts, libc: "musl", needed: ["libc.so"] }, gnu)).toEqual([
    "it is linked for musl, and armv7-unknown-linux-gnueabihf has glibc",
  ]);
});

test("a library beside the C library is an error where musl is, and a warning where glibc is", () => {
  const more = { ...facts, needed: ["libgcc_s.so.1"], versions: { "libgcc_s.so.1": ["GCC_3.5", "GCC_4.3.0"] } };
  const tell = (found: Finding[]) => found.map((finding) => [finding.severity, finding.message]);
  expect(tell(judged(more, gnu))).toEqual([["warning", "it needs libgcc_s.so.1 with GCC_4.3.0"]]);
  expect(tell(judged({ ...more, libc: "musl" }, musl))).toEqual([["error", "it needs libgcc_s.so.1 with GCC_4.3.0"]]);
});

test("soft floats do not fit a hard-float target", () => {
  expect(messages({ ...facts, floatAbi: "soft" }, gnu)[0]).toMatch(/hard-float/);
});

test("a Node-API that the board's Node lacks: an error where it is linked, a warning where it is looked up", () => {
  const old = { ...gnu, node: "20" };
  const node: NodeApiFacts = { ...addon, version: 10, newest: ["node_api_create_property_key_utf8"] };
  expect(judged(facts, old, node).map((finding) => [finding.rule, finding.severity, finding.message])).toEqual([
    ["node/version", "error", expect.stringMatching(/Node-API 10, so Node 22.14, for node_api_create_property_key_utf8; .* has Node 20/)],
  ]);
  expect(judged(facts, old, { ...node, lookedUp: true })[0]?.severity).toBe("warning");
  expect(judged(facts, { ...gnu, node: "22" }, node)).toEqual([]);
});

test("a file of its budget's size is fine, and one byte more is an error with both figures", () => {
  const where = { ...gnu, sizeBudget: 3_300_000 };
  expect(judgeBudget(3_300_000, where)).toEqual([]);
  expect(judgeBudget(9_000_000, gnu)).toEqual([]);
  expect(judgeBudget(3_300_001, where)).toEqual([
    expect.objectContaining({
      rule: "size/budget",
      severity: "error",
      message: "it has 3300001 bytes, 1 more than its budget of 3300000",
    }),
  ]);
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
