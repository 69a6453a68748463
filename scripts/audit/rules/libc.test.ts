// Files for one C library on systems with the other.
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { subjectOf } from "../../checks/fixtures/subject.ts";
import { readFileSync } from "node:fs";
import { placeOfBoard } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { selectBoard } from "../../model/registry.ts";
import { readElf } from "../elf/facts.ts";
import { judge } from "../judge.ts";
import { rule as family } from "./libc/family.ts";
import type { ElfFacts } from "../report.ts";

const registry = loadRegistry();
const router = placeOfBoard(registry, selectBoard(registry, "openwrt-ipq40xx"));
const found = (facts: Partial<ElfFacts>) =>
  judge(subjectOf(facts), router).flatMap(({ rule, severity, message }) => (rule === "libc/family" ? [`${severity}: ${message}`] : []));

test("a file for glibc that names only what musl has is a warning", () => {
  expect(found({ needed: ["libc.so.6", "libpthread.so.0"], notInMusl: [] })).toEqual([
    "warning: it is linked for glibc, and openwrt-ipq40xx has musl, which has all that the file names, without a promise that it works",
  ]);
});

test.each<[string, Partial<ElfFacts>, string]>([
  ["a function", { notInMusl: ["backtrace_symbols"] }, "backtrace_symbols"],
  ["a library", { needed: ["libc.so.6", "ld-linux-armhf.so.3"], notInMusl: [] }, "ld-linux-armhf.so.3"],
  ["the loader of an executable", { interpreter: "/lib/ld-linux-armhf.so.3", notInMusl: [] }, "ld-linux-armhf.so.3"],
])("it is an error with %s that musl lacks", (_name, facts, missing) => {
  expect(found(facts)).toEqual([`error: it is linked for glibc, and openwrt-ipq40xx has musl, which lacks ${missing}`]);
});

test.each<[string, Partial<ElfFacts>, boolean]>([
  ["only a function, and all are not bound at load", { notInMusl: ["__getauxval"], bindNow: false }, true],
  ["only a function, and all are bound at load", { notInMusl: ["__getauxval"], bindNow: true }, false],
  ["a library too", { notInMusl: ["__getauxval"], bindNow: false, needed: ["ld-linux-armhf.so.3"] }, false],
])("a file that loads and dies in a call: musl lacks %s: %#", (_what, facts, crashes) => {
  const subject = subjectOf(facts);
  const finding = judge(subject, router).find(({ rule }) => rule === "libc/family")!;
  const situation = { subject, place: router, finding, featureName: "", isBuilt: false };
  expect(family.forUser?.crashes?.(situation)).toBe(crashes);
  expect(family.forUser?.problem(situation)).toMatch(
    crashes ? /^loads, and dies with SIGSEGV when it calls __getauxval: / : /^does not load: /,
  );
  expect(finding.message.endsWith("a call of that ends the process")).toBe(crashes);
});

test("the names that musl lacks are read from files for glibc only, without weak ones", () => {
  const source = addonSource(
    "open_lock(); if (maybe) maybe();",
    "#include <execinfo.h>\nvoid open_lock(void) { void *at[1]; backtrace(at, 1); }\nextern void maybe(void) __attribute__((weak));",
  );
  const read = (target: string, text: string) => readElf(readFileSync(compileShared(text, target)), "x").notInMusl;
  expect(read("aarch64-linux-gnu.2.17", source)).toEqual(["backtrace"]);
  expect(read("aarch64-linux-musl", addonSource(""))).toBeUndefined();
});
