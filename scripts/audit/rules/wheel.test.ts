import { expect, test } from "vitest";
import { subjectOf, symbolOf } from "../../checks/fixtures/subject.ts";
import type { Place } from "../place.ts";
import type { ElfFacts } from "../report.ts";
import { readWheel } from "../wheel/wheel.ts";
import { rule as abi3 } from "./wheel/abi3.ts";
import { rule as platform } from "./wheel/platform.ts";

const glibc = { arch: "aarch64", libc: "glibc", glibc: "2.17" } as const;
const musl = { arch: "arm", libc: "musl", glibc: undefined } as const;

/** The messages of both rules for a module that uses some names. */
function judgeAt(path: string, facts: Partial<ElfFacts>, ...names: string[]): string[] {
  const subject = subjectOf(
    { libc: undefined, glibc: undefined, ...facts },
    { symbols: names.map((name) => symbolOf(name)), wheel: readWheel(path) },
  );
  return [platform, abi3].flatMap((rule) => rule.check(subject, {} as Place)).map(({ message }) => message);
}
const judge = (tags: string, facts: Partial<ElfFacts>, ...names: string[]) =>
  judgeAt(`dist/a_b-1.0-${tags}.whl!/a_b/_native.abi3.so`, facts, ...names);

test("a module that fits the name of its wheel has no finding", () => {
  expect(judge("cp39-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64", glibc, "PyList_New", "_Py_Dealloc", "malloc")).toEqual([]);
  expect(judge("cp39-abi3-musllinux_1_2_armv7l", musl, "PyDict_New")).toEqual([]);
  expect(judge("cp39-abi3-musllinux_1_2_armv6l", musl)).toEqual([]);
  expect(judge("cp39-abi3-linux_armv6l", { ...glibc, arch: "arm" })).toEqual([]);
  expect(judge("cp39-abi3-linux_riscv64", { ...glibc, arch: "riscv64" })).toEqual([]);
  expect(judge("cp313-cp313-android_21_arm64_v8a", { arch: "aarch64" })).toEqual([]);
});

test("the platform is checked against architecture, C library and version", () => {
  expect(judge("cp39-abi3-manylinux_2_17_x86_64", glibc)).toEqual(["its wheel is for manylinux_2_17_x86_64, and it is for aarch64"]);
  expect(judge("cp39-abi3-musllinux_1_2_aarch64", glibc)).toEqual(["its wheel is for musllinux_1_2_aarch64, and it needs glibc"]);
  expect(judge("cp39-abi3-manylinux_2_17_armv7l", musl)).toEqual(["its wheel is for manylinux_2_17_armv7l, and it needs musl"]);
  expect(judge("cp39-abi3-manylinux2010_aarch64", glibc)).toEqual(["its wheel is for manylinux2010_aarch64, and it needs GLIBC_2.17"]);
  expect(judge("cp39-abi3-manylinux_2_5_aarch64", glibc)).toHaveLength(1);
});

test("the name of a wheel for every system is checked against the module too", () => {
  expect(judge("py3-none-any", glibc)).toEqual(["its wheel is for any, and it is an ELF file for aarch64"]);
  expect(judge("cp39-abi3-win_amd64", glibc)).toEqual(["its wheel is for win_amd64, and it is an ELF file for aarch64"]);
  expect(judge("cp39-abi3-linux_mips", glibc)).toEqual(["its wheel is for linux_mips, and it is for aarch64"]);
  expect(judge("cp39-abi3-linux_armv6l", musl)).toEqual(["its wheel is for linux_armv6l, and it needs musl"]);
});

test("abi3 is the stable ABI of the Python in the name", () => {
  expect(judge("cp39-abi3-linux_aarch64", glibc, "PyUnicode_AsUTF8AndSize")).toEqual([
    "it uses PyUnicode_AsUTF8AndSize, outside the stable ABI of Python 3.9",
  ]);
  expect(judge("cp310-abi3-linux_aarch64", glibc, "PyUnicode_AsUTF8AndSize")).toEqual([]);
  expect(judge("cp312-cp312-linux_aarch64", glibc, "_PyObject_GetDictPtr")).toEqual([]);
});

test("a module outside of a wheel has no finding", () => {
  expect(judgeAt("a/_native.abi3.so", glibc, "_PyObject_GetDictPtr")).toEqual([]);
});
