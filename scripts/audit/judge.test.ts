import { expect, test } from "vitest";
import { subjectOf, symbolOf } from "../checks/fixtures/subject.ts";
import { placeOfTarget } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { judge } from "./judge.ts";
import type { Place } from "./place.ts";
import type { NodeApiFacts } from "./report.ts";
import type { Subject } from "./subject.ts";

const registry = loadRegistry();
const place = (triple: string): Place => {
  const target = registry.triples.get(triple);
  if (!target) throw new Error(triple);
  return placeOfTarget(registry, target);
};
const gnu = place("armv7-unknown-linux-gnueabihf");
const musl = place("armv7-unknown-linux-musleabihf");
const messages = (subject: Subject, where: Place) => judge(subject, where).map((finding) => finding.message);

test("a file at its floor has no finding", () => {
  expect(judge(subjectOf(), gnu)).toEqual([]);
});

test("a version above the floor is a finding that names it and the symbols that need it", () => {
  const glibcSymbols = ["a", "b", "c", "d"].map((name) => ({ name, weak: true }));
  expect(messages(subjectOf({ glibc: "2.39", glibcSymbols }), gnu)).toEqual([
    "it needs GLIBC_2.39 for a, b, c and 1 more; weak, but the loader requires their version anyway, above the declared floor 2.17",
  ]);
});

test("another architecture ends the checks, but for those of any file", () => {
  const other = { arch: "aarch64", bits: 64, executableStack: true } as const;
  expect(messages(subjectOf(other), gnu)).toEqual(["it is aarch64, 64 bits; armv7-unknown-linux-gnueabihf is arm, 32 bits"]);
  const found = judge(subjectOf(other, { byteCount: 2, nodeApi: { ...subjectOf().nodeApi, kind: "none" } }), { ...gnu, sizeBudget: 1 });
  expect(found.map(({ rule }) => rule)).toEqual(["node/no-entry", "file/architecture", "size/budget"]);
});

test("a glibc file does not fit musl, and a musl file does not fit glibc", () => {
  expect(messages(subjectOf({ glibc: "2.39" }), musl)).toEqual(["it is linked for glibc, and armv7-unknown-linux-musleabihf has musl"]);
  expect(messages(subjectOf({ libc: "musl", needed: ["libc.so"], glibc: undefined }), gnu)).toEqual([
    "it is linked for musl, and armv7-unknown-linux-gnueabihf has glibc",
  ]);
});

test("the float ABI of a static program does not matter", () => {
  const soft = { floatAbi: "soft" as const, needed: [], versions: {}, libc: undefined, glibc: undefined };
  const none = { nodeApi: { ...subjectOf().nodeApi, kind: "none" as const } };
  const rulesOf = (subject: Subject) => judge(subject, gnu).map(({ rule }) => rule);
  expect(rulesOf(subjectOf(soft, none))).not.toContain("file/float-abi");
  expect(rulesOf(subjectOf(soft))).toContain("file/float-abi");
  expect(rulesOf(subjectOf({ ...soft, interpreter: "/lib/ld-linux.so.3" }, none))).toContain("file/float-abi");
});

test("another library than the C library is an error with musl, and a warning with glibc", () => {
  const more = { needed: ["libgcc_s.so.1"], versions: { "libgcc_s.so.1": ["GCC_3.5", "GCC_4.3.0"] } };
  const found = (subject: Subject, where: Place) => judge(subject, where).map((finding) => [finding.severity, finding.message]);
  expect(found(subjectOf(more), gnu)).toEqual([["warning", "it needs libgcc_s.so.1 with GCC_4.3.0"]]);
  expect(found(subjectOf({ ...more, libc: "musl" }), musl)).toEqual([["error", "it needs libgcc_s.so.1 with GCC_4.3.0"]]);
});

test("soft floats do not fit a hard-float target", () => {
  expect(messages(subjectOf({ floatAbi: "soft" }), gnu)[0]).toMatch(/hard-float/);
});

test("a Node-API that the board's Node lacks: an error if it is linked, a warning if it is looked up by name", () => {
  const old = { ...gnu, node: "20" };
  const nodeApi: NodeApiFacts = { ...subjectOf().nodeApi, version: 10, newest: ["node_api_create_property_key_utf8"] };
  expect(judge(subjectOf({}, { nodeApi }), old).map((finding) => [finding.rule, finding.severity, finding.message])).toEqual([
    ["node/version", "error", expect.stringMatching(/Node-API 10, so Node 22.14, for node_api_create_property_key_utf8; .* has Node 20/)],
  ]);
  expect(judge(subjectOf({}, { nodeApi: { ...nodeApi, lookedUp: true } }), old)[0]?.severity).toBe("warning");
  expect(judge(subjectOf({}, { nodeApi }), { ...gnu, node: "22" })).toEqual([]);
});

test("a file of its budget's size has no finding, and one byte more is an error with both figures", () => {
  const where = { ...gnu, sizeBudget: 3_300_000 };
  expect(judge(subjectOf({}, { byteCount: 3_300_000 }), where)).toEqual([]);
  expect(judge(subjectOf({}, { byteCount: 9_000_000 }), gnu)).toEqual([]);
  expect(judge(subjectOf({}, { byteCount: 3_300_001 }), where)).toEqual([
    expect.objectContaining({
      rule: "size/budget",
      severity: "error",
      message: "it has 3300001 bytes, 1 more than its budget of 3300000",
    }),
  ]);
});

test("findings come in one order, whatever rules report them; features in the order of the code", () => {
  const use = (count: number, guarded: number) => ({ count, guarded, dispatched: 0, places: [{ address: 1, instruction: "X" }] });
  const features = { neon: use(2, 0), crypto: use(2, 2), lse: use(2, 1) };
  const subject = subjectOf(
    { floatAbi: "soft", glibc: "2.39", needed: ["libstdc++.so.6"], searchPath: "/x", cutOff: true, relro: false, stripped: false },
    {
      code: { features, codeBytes: 8, unclassifiedBytes: 0 },
      nodeApi: { ...subjectOf().nodeApi, kind: "v8", unknown: ["a"] },
      erratumSequences: [8],
      symbols: [symbolOf("_PyX")],
      wheel: { platforms: ["any"], stableAbi: { python: "3.9", names: new Set() } },
      packed: [{ path: "x", format: "gzip", offset: 1, reason: "it is cut off" }],
    },
  );
  const found = judge(subject, { ...gnu, features: [], errata: ["843419"], sizeBudget: 1 });
  expect(found.map(({ rule }) => rule)).toEqual([
    "wheel/platform",
    "wheel/abi3",
    "file/float-abi",
    "libc/floor",
    "link/library",
    "link/search-path",
    "link/unknown-symbol",
    "file/not-elf",
    "load/no-relro",
    "node/one-line-only",
    "size/symbols",
    "size/budget",
    "cpu/missing-feature",
    "cpu/guarded-feature",
    "cpu/missing-feature",
    "cpu/erratum-843419",
    "file/packed",
  ]);
});
