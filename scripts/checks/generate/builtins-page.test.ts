import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { BUILTIN_ROWS, generateBuiltinsPage, readBuiltinRows } from "./builtins-page.ts";

const source = (rows: string) => `pub(crate) const ROWS: &str = "\\\n${rows}";\n`;

test("a row has names, a feature or a reason", () => {
  const rows = readBuiltinRows(source("a.b x:s [*] > y:s nondeterministic @yaml\nc * > b deprecated !network\nd *... infix !=\n"));
  expect(rows).toEqual([
    { name: "a.b", params: ["x", "_"], variadic: false, flags: ["nondeterministic"], feature: "yaml" },
    { name: "c", params: ["_"], variadic: false, flags: ["deprecated"], why: "network" },
    { name: "d", params: [], variadic: true, infix: "!=", flags: [] },
  ]);
});

test("an unknown reason is an error", () => {
  expect(() => generateBuiltinsPage(source("a > b !nothing\n"))).toThrow("unknown reason nothing");
  expect(() => generateBuiltinsPage("")).toThrow("has no rows");
});

test("every feature is one of grid-opa", () => {
  const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
  const features = new Set([...read("crates/grid-opa/Cargo.toml").matchAll(/^([\w-]+) = \[/gm)].map(([, name]) => name));
  const used = readBuiltinRows(read(BUILTIN_ROWS)).flatMap(({ feature }) => feature ?? []);
  expect(used.length).toBeGreaterThan(50);
  expect(used.filter((feature) => !features.has(feature))).toEqual([]);
});
