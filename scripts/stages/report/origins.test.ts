import { expect, test } from "vitest";
import { originsOf } from "./origins.ts";

const registry = "registry+https://github.com/rust-lang/crates.io-index";
const crates = [
  { name: "grid-opa", source: null },
  { name: "serde_json", source: registry },
  { name: "memchr", source: registry },
];

test("crates are the project's, Rust's or others; a crate of std that the project uses too is another one", () => {
  const named = (kind: "crate" | "library" | "section" | "others", name: string) => ({ kind, name, bytes: 1 });
  const sizes = [
    ...["grid_opa", "serde_json", "core", "memchr", "hashbrown", "md5"].map((name) => named("crate", name)),
    named("library", "libsqlite3.a"),
    named("section", ".rodata"),
    named("others", "3 others"),
  ];
  const { origins } = originsOf({ sizes, linker: "zig", crates });
  expect(origins?.map(({ name, kind }) => [name, kind])).toEqual([
    ["grid_opa", "own"],
    ["serde_json", "dependency"],
    ["core", "standard"],
    ["memchr", "dependency"],
    ["hashbrown", "standard"],
    // Its package has another name: md-5.
    ["md5", "dependency"],
    ["libsqlite3.a", "library"],
    [".rodata", "section"],
    ["3 others", "others"],
  ]);
});

test.each([
  ["host", /own linker.*--builder zig/],
  ["zig", /no map.*cargo clean/],
])("without a map there is the reason: %s", (linker, text) => {
  expect(originsOf({ linker, crates })).toEqual({ noOrigins: expect.stringMatching(text) });
});
