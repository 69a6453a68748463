import { expect, test } from "vitest";
import { highestOfKinds } from "../../audit/elf/versions.ts";
import { ownVersions } from "./own-versions.ts";

const strings = (...all: string[]) => Buffer.from(`\0${all.join("\0")}\0`, "latin1");

test("the highest version of each kind counts, by number", () => {
  expect(highestOfKinds(["GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_1.3", "GLIBCXX_3.4"]).toSorted()).toEqual([
    "CXXABI_1.3",
    "GLIBCXX_3.4.30",
  ]);
});

test("versions without a number, and those that the library itself needs, are not its own", () => {
  const found = ownVersions(strings("GCC_3.0", "GLIBC_2.34", "GLIBCXX_3.4", "CXXABI_FLOAT128"), ["GCC_3.3", "GLIBC_2.17"]);
  expect(found).toEqual(["GLIBCXX_3.4"]);
});
