import { expect, test } from "vitest";
import { symbolOf } from "../../checks/fixtures/subject.ts";
import type { Dynamic } from "../elf/dynamic.ts";
import type { ElfFile } from "../elf/file.ts";
import { readNodeApi } from "../node-api.ts";

/** Only what the reader of Node's interface looks at. */
const file = { machine: 183, segments: [] as unknown[] } as ElfFile;
const needs = (library: string, version: string): Dynamic["versions"] => [{ library, version, weak: false }];

const unknown = (libc: "glibc" | "musl", versions: Dynamic["versions"]) => {
  const symbols = [
    symbolOf("own_function"),
    symbolOf("perhaps", { weak: true }),
    symbolOf("memcpy", { version: "GLIBC_2.17" }),
    symbolOf("dlsym"),
    symbolOf("defined_here", { defined: true }),
  ];
  return readNodeApi(file, { symbols, versions } as Dynamic, libc, {}).unknown;
};

test("an undefined symbol without a version is unknown, unless it is weak or Node's process has it", () => {
  expect(unknown("glibc", needs("libc.so.6", "GLIBC_2.17"))).toEqual(["own_function"]);
});

test("musl has no versions, although libgcc beside it has", () => {
  expect(unknown("musl", needs("libgcc_s.so.1", "GCC_3.0"))).toEqual([]);
});
