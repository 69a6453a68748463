import { expect, test } from "vitest";
import { subjectOf } from "../../checks/fixtures/subject.ts";
import { placesOf } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { findProblems, type LoadedFile } from "./verdict.ts";

const [pi3] = placesOf(loadRegistry(), { board: "pi-3" });
const file = (path: string, subject = subjectOf({ arch: "aarch64", bits: 64 }), parts: Partial<LoadedFile> = {}): LoadedFile => ({
  path,
  entry: path,
  isBuilt: false,
  isProgram: false,
  inspected: { subjects: [subject] },
  brought: new Set(),
  defined: new Set(),
  ...parts,
});
const found = (...files: LoadedFile[]) =>
  findProblems(files, pi3!, (_arch, feature) => feature).map(({ severity, rule }) => `${severity} ${rule}`);
const needs = (needed: string[]) => subjectOf({ arch: "aarch64", bits: 64, needed });

test("an erratum is an error for the author of a file, and a warning for its user", () => {
  const subject = subjectOf({ arch: "aarch64", bits: 64 }, { erratumSequences: [0xff8] });
  expect(found(file("a.node", subject))).toEqual(["warning cpu/erratum-843419"]);
  expect(findProblems([file("a.node", subject)], pi3!, () => "", "author")).toMatchObject([{ severity: "error" }]);
});

test("a library that one of several addons misses is a warning; one that all miss is an error", () => {
  const [good, bad] = [file("good.node"), file("bad.node", needs(["libnowhere.so.9"]))];
  expect(found(good, bad)).toEqual(["warning link/library"]);
  expect(found(bad)).toEqual(["error link/library"]);
  expect(found(bad, file("worse.node", needs(["libnowhere.so.9"])))).toEqual(["error link/library", "error link/library"]);
});

test("a program for another architecture is a warning, an addon an error", () => {
  const other = subjectOf();
  expect(found(file("tool", other, { isProgram: true }))).toEqual(["warning file/architecture"]);
  expect(found(file("a.node", other))).toEqual(["error file/architecture"]);
});

test("what the app brings along is settled", () => {
  const subject = subjectOf({ arch: "aarch64", bits: 64, needed: ["libown.so.1"] });
  expect(found(file("a.node", subject, { brought: new Set(["libown.so.1"]) }))).toEqual([]);
});
