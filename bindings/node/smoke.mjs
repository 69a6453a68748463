// Runs all behaviour cases in the Node that this script is started with; `npm run build` packs them.
//
// BOARDKIT_ADDON   path of the .node file to load; without it the loader looks as it does for everyone
// BOARDKIT_RESULT  path to write {passed, failed, node, arch, rssBytes, failures} to
// Exit code 1: a case failed, or there are too few of them to mean anything.
import { readFileSync, writeFileSync } from "node:fs";
import { unpackCases } from "./cases/pack.mjs";
import { runCases } from "./cases/run.mjs";

const FEWEST_CASES = 60;

const { BOARDKIT_ADDON, BOARDKIT_RESULT } = process.env;
// Has to be set before the package is imported.
if (BOARDKIT_ADDON) process.env.GRID_NATIVE_PATH = BOARDKIT_ADDON;
const grid = await import("./lib/index.js");

let passed = 0;
const failures = [];

/** Runs the cases of the repository. */
async function runAll() {
  const files = unpackCases(readFileSync(new URL("lib/cases.json", import.meta.url), "utf8"));
  const count = files.reduce((sum, { cases }) => sum + cases.length, 0);
  if (count < FEWEST_CASES) {
    fail("smoke.mjs", "there are cases", new Error(`${count} found, expected ${FEWEST_CASES} at least`));
  }
  for await (const result of runCases(files, grid)) {
    if (result.ok) passed++;
    else fail(result.file, result.name, result.error);
  }
}

/** Keeps and prints a failure. */
function fail(file, name, { message }) {
  failures.push({ file, name, error: message });
  console.log(`✗ ${file}: ${name}\n  ${message}`);
}

try {
  new grid.Engine();
} catch (error) {
  // One story of an addon that does not load, not one a case.
  fail("smoke.mjs", "the addon loads", error);
}
if (failures.length === 0) await runAll();

const failed = failures.length;
if (failed > 0) process.exitCode = 1;
if (BOARDKIT_RESULT) {
  const { version: node, arch } = process;
  const { rss: rssBytes } = process.memoryUsage();
  const result = { passed, failed, node, arch, rssBytes, failures };
  writeFileSync(BOARDKIT_RESULT, `${JSON.stringify(result, null, 2)}\n`);
}
console.log(`${passed} passed, ${failed} failed`);
