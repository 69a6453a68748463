import { expect, test } from "vitest";
import type { ElfFacts } from "./report.ts";
import { judgeWheel } from "./wheel.ts";

const glibc = { arch: "aarch64", libc: "glibc", glibc: "2.17" } as ElfFacts;
const musl = { arch: "arm", libc: "musl" } as ElfFacts;
const uses = (...names: string[]) =>
  ({ symbols: names.map((name) => ({ name, defined: false, weak: false })) }) as Parameters<typeof judgeWheel>[2];
const judge = (tags: string, facts: ElfFacts, ...names: string[]) =>
  judgeWheel(`dist/a_b-1.0-${tags}.whl!/a_b/_native.abi3.so`, facts, uses(...names)).map(({ message }) => message);

test("a wheel that keeps what its name promises has no finding", () => {
  expect(judge("cp39-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64", glibc, "PyList_New", "_Py_Dealloc", "malloc")).toEqual([]);
  expect(judge("cp39-abi3-musllinux_1_2_armv7l", musl, "PyDict_New")).toEqual([]);
  expect(judge("cp39-abi3-musllinux_1_2_armv6l", musl)).toEqual([]);
  expect(judge("cp39-abi3-linux_armv6l", { ...glibc, arch: "arm" })).toEqual([]);
  expect(judge("cp39-abi3-linux_riscv64", { ...glibc, arch: "riscv64" })).toEqual([]);
  expect(judge("cp313-cp313-android_21_arm64_v8a", { arch: "aarch64" } as ElfFacts)).toEqual([]);
});

test("the platform is held against architecture, C library and version", () => {
  expect(judge("cp39-abi3-manylinux_2_17_x86_64", glibc)).toEqual(["its wheel is for manylinux_2_17_x86_64, and it is for aarch64"]);
  expect(judge("cp39-abi3-musllinux_1_2_aarch64", glibc)).toEqual(["its wheel is for musllinux_1_2_aarch64, and it needs glibc"]);
  expect(judge("cp39-abi3-manylinux_2_17_armv7l", musl)).toEqual(["its wheel is for manylinux_2_17_armv7l, and it needs musl"]);
  expect(judge("cp39-abi3-manylinux2010_aarch64", glibc)).toEqual(["its wheel is for manylinux2010_aarch64, and it needs GLIBC_2.17"]);
  expect(judge("cp39-abi3-manylinux_2_5_aarch64", glibc)).toHaveLength(1);
});

test("a name that every system takes is held against the module too", () => {
  expect(judge("py3-none-any", glibc)).toEqual(["its wheel is for any, and it is an ELF file for aarch64"]);
  expect(judge("cp39-abi3-win_amd64", glibc)).toEqual(["its wheel is for win_amd64, and it is an ELF file for aarch64"]);
  expect(judge("cp39-abi3-linux_mips", glibc)).toEqual(["its wheel is for linux_mips, and it is for aarch64"]);
  expect(judge("cp39-abi3-linux_armv6l", musl)).toEqual(["its wheel is for linux_armv6l, and it needs musl"]);
});

test("abi3 is the stable ABI of the Python that the name says", () => {
  expect(judge("cp39-abi3-linux_aarch64", glibc, "PyUnicode_AsUTF8AndSize")).toEqual([
    "it uses PyUnicode_AsUTF8AndSize, which Python 3.9 does not have in its stable ABI",
  ]);
  expect(judge("cp310-abi3-linux_aarch64", glibc, "PyUnicode_AsUTF8AndSize")).toEqual([]);
  expect(judge("cp312-cp312-linux_aarch64", glibc, "_PyObject_GetDictPtr")).toEqual([]);
});

test("a module that is in no wheel promises nothing", () => {
  expect(judgeWheel("a/_native.abi3.so", glibc, uses("_PyObject_GetDictPtr"))).toEqual([]);
});
