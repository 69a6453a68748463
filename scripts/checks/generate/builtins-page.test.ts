import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { BUILTIN_ROWS, generateBuiltinsPage, readBuiltinRows } from "./builtins-page.ts";

const source = (rows: string) => `pub(crate) const ROWS: &str = "\\\n${rows}";\n`;

test("a row has names and a feature", () => {
  const rows = readBuiltinRows(source("a.b x:s [*] > y:s nondeterministic @yaml\nc * > b deprecated\nd *... infix !=\n"));
  expect(rows).toEqual([
    { name: "a.b", params: ["x", "_"], variadic: false, flags: ["nondeterministic"], feature: "yaml" },
    { name: "c", params: ["_"], variadic: false, flags: ["deprecated"] },
    { name: "d", params: [], variadic: true, infix: "!=", flags: [] },
  ]);
});

test("a file without rows is an error", () => {
  expect(() => generateBuiltinsPage("", { target: "t", families: {}, crates: {} })).toThrow("has no rows");
});

test("every feature is one of grid-opa", () => {
  const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
  const features = new Set([...read("crates/grid-opa/Cargo.toml").matchAll(/^([\w-]+) = \[/gm)].map(([, name]) => name));
  const used = readBuiltinRows(read(BUILTIN_ROWS)).flatMap(({ feature }) => feature ?? []);
  expect(used.length).toBeGreaterThan(50);
  expect(used.filter((feature) => !features.has(feature))).toEqual([]);
});
