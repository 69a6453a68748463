import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { projectSettings } from "../../model/project.ts";
import { example, generateSettingsPage } from "./settings-page.ts";

const page = generateSettingsPage();

test("a key has its type, its default and its meaning", () => {
  const rowOf = (key: string) => page.split("\n").find((line) => line.startsWith(`| \`${key}\` `)) ?? "";
  const cells = (key: string) =>
    rowOf(key)
      .split("|")
      .map((cell) => cell.trim());
  expect(cells("addon")).toEqual(["", "`addon`", "string", '`"."`', expect.stringContaining("napi-rs package"), ""]);
  expect(cells("targets").slice(2, 4)).toEqual(["list of strings", "`[]`"]);
  expect(cells("allow")[2]).toBe("list of [rules](audit-rules.md)");
  expect(cells("sizeBudgets")[2]).toBe("object of integers");
  expect(cells("features")[2]).toBe("list of strings");
});

test("no key and no type is without a text", () => {
  expect(page).not.toMatch(/\| +\|\n|undefined/);
});

test("the example is a valid field with every key", () => {
  expect(projectSettings.parse(example)).toMatchObject(example);
  expect(Object.keys(example).toSorted()).toEqual(Object.keys(projectSettings.shape).toSorted());
});

test("every environment variable of the sources is on the page", () => {
  // Between Boardkit and its own helpers.
  const internal = new Set(["BOARDKIT_BUILD_TYPE", "BOARDKIT_MEMORY", "BOARDKIT_PEAK_RSS", "BOARDKIT_EMULATOR", "BENCH_POLICY"]);
  const all = globSync("{scripts,bindings/checks}/**/*.{ts,mjs,cjs}", { cwd: packageRoot });
  // The modules of the host read the variables that Node's read on the target, the programs that tests deploy those of their service, and
  // the stand-ins of actions those of GitHub.
  const elsewhere = [
    "scripts/target-side/host/modules/",
    "scripts/checks/fixtures/",
    "scripts/checks/deploy-guests/",
    "scripts/checks/workflows/",
  ];
  const sources = all.filter((path) => !path.includes(".test.") && !elsewhere.some((folder) => path.startsWith(folder)));
  const read = sources.flatMap((path) => [...readFileSync(join(packageRoot, path), "utf8").matchAll(/\benv\.([A-Z][A-Z_]+)/g)]);
  const names = new Set(read.flatMap(([, name = ""]) => (internal.has(name) ? [] : [name])));
  expect(names.size).toBeGreaterThan(8);
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
