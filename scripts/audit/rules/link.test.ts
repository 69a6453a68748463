import { expect, test } from "vitest";
import { subjectOf } from "../../checks/fixtures/subject.ts";
import { placeOfTarget } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { judge } from "../judge.ts";
import type { Place } from "../place.ts";
import type { ElfFacts } from "../report.ts";
import type { Subject } from "../subject.ts";
import type { Triple } from "../../model/targets/triple.ts";

const registry = loadRegistry();
const target = placeOfTarget(registry, registry.triples.get("armv7-unknown-linux-gnueabihf") as Triple);
const place: Place = {
  ...target,
  system: {
    id: "lab-os",
    name: "Lab OS 1",
    install: "lab add",
    present: { "libstdc++.so.6": ["CXXABI_1.3.13", "GLIBCXX_3.4.30"], "libz.so.1": [] },
    packages: { "libusb-1.0.so.0": "libusb-1.0-0" },
    complete: true,
  },
};

const found = (facts: Partial<ElfFacts>, where = place, parts: Partial<Omit<Subject, "facts">> = {}) =>
  judge(subjectOf(facts, parts), where)
    .filter(({ rule }) => rule.startsWith("link/"))
    .map(({ rule, severity, message }) => [rule, severity, message]);

test("a library that is present is no finding, nor is the C library", () => {
  expect(found({ needed: ["libz.so.1", "libstdc++.so.6", "libdl.so.2", "libpthread.so.0", "ld-linux-armhf.so.3", "libc.so.6"] })).toEqual(
    [],
  );
});

test("a library that a package brings is a warning with the command", () => {
  expect(found({ needed: ["libusb-1.0.so.0"] })).toEqual([
    ["link/library", "warning", "it needs libusb-1.0.so.0, which a package of Lab OS 1 brings: lab add libusb-1.0-0"],
  ]);
});

test("a library that cannot be had is an error, which says whether the list is complete", () => {
  expect(found({ needed: ["libx.so.9"] })).toEqual([["link/library", "error", "it needs libx.so.9; no package of Lab OS 1 has it"]]);
  const partial: Place = { ...place, system: { ...place.system!, complete: false } };
  expect(found({ needed: ["libx.so.9"] }, partial)).toEqual([
    ["link/library", "error", "it needs libx.so.9; Lab OS 1 does not have it, nor a package that is known"],
  ]);
});

test("a symbol version above the library's is an error; a lower one and one of an unknown kind are not", () => {
  const needs = (...versions: string[]) => ({ needed: ["libstdc++.so.6"], versions: { "libstdc++.so.6": versions } });
  expect(found(needs("GLIBCXX_3.4.9", "GLIBCXX_3.4.31", "GLIBCXX_3.4.32", "CXXABI_1.3.13", "CXXABI_FLOAT128"))).toEqual([
    ["link/library", "error", "it needs libstdc++.so.6 with GLIBCXX_3.4.32; Lab OS 1 has GLIBCXX_3.4.30"],
  ]);
  expect(found(needs("GLIBCXX_3.4.30", "CXXABI_1.3.9", "OTHER_9.9"))).toEqual([]);
});

test("a library that may be beside a file is a warning, and an error once the folders were searched", () => {
  const facts = { needed: ["libown.so"], searchPath: "$ORIGIN" };
  expect(found(facts)).toEqual([
    ["link/library", "warning", "it needs libown.so; no package of Lab OS 1 has it; or the library is in a folder of its search path"],
  ]);
  expect(found(facts, place, { searched: true })).toEqual([["link/library", "error", "it needs libown.so; no package of Lab OS 1 has it"]]);
});

test("without a system every other library than the C library is a warning", () => {
  expect(found({ needed: ["libstdc++.so.6", "libc.so.6"] }, target)).toEqual([["link/library", "warning", "it needs libstdc++.so.6"]]);
});

test("a symbol that nothing provides is an error, unless a library whose names are not known may provide it", () => {
  const nodeApi = { ...subjectOf().nodeApi, unknown: ["f"] };
  const error = ["link/unknown-symbol", "error", "nothing provides f"];
  const versions = { "libssl.so.3": ["OPENSSL_3.0.0"] };
  expect(found({ needed: ["libstdc++.so.6", "libgcc_s.so.1", "libc.so.6"] }, target, { nodeApi })).toContainEqual(error);
  expect(found({ needed: ["libssl.so.3", "libc.so.6"], versions }, target, { nodeApi })).toContainEqual(error);
  expect(found({ needed: ["libX11.so.6", "libc.so.6"] }, target, { nodeApi })).not.toContainEqual(error);
});
