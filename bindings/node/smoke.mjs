// Runs all behaviour cases in the Node that this script is started with; `npm run build` packs them.
//
// BOARDKIT_ADDON   path of the .node file to load; without it the loader finds the file as usual
// BOARDKIT_RESULT  path to write {passed, failed, skipped, node, arch, rssBytes, measures, failures} to
// Exit code 1: a case failed, or there are too few cases.
import { readFileSync, writeFileSync } from "node:fs";
import { unpackCases } from "./cases/pack.mjs";
import { runCases } from "./cases/run.mjs";

const FEWEST_CASES = 60;

const { BOARDKIT_ADDON, BOARDKIT_RESULT } = process.env;
// Must be set before the import of the package.
if (BOARDKIT_ADDON) process.env.GRID_NATIVE_PATH = BOARDKIT_ADDON;
const grid = await import("./lib/index.js");

let passed = 0;
const failures = [];
/** The number of skipped cases by reason. */
const skips = new Map();

/** Runs the cases of the repository. */
async function runAll() {
  const files = unpackCases(readFileSync(new URL("lib/cases.json", import.meta.url), "utf8"));
  const count = files.reduce((sum, { cases }) => sum + cases.length, 0);
  if (count < FEWEST_CASES) {
    fail("smoke.mjs", "there are cases", new Error(`${count} found, expected ${FEWEST_CASES} at least`));
  }
  for await (const result of runCases(files, grid)) {
    if ("skipped" in result) skips.set(result.skipped, (skips.get(result.skipped) ?? 0) + 1);
    else if (result.ok) passed++;
    else fail(result.file, result.name, result.error);
  }
}

/** Keeps and prints a failure. */
function fail(file, name, { message }) {
  failures.push({ file, name, error: message });
  console.log(`✗ ${file}: ${name}\n  ${message}`);
}

/** Makes one decision; returns the milliseconds from the start of this process to its answer. */
function decide() {
  const engine = new grid.Engine();
  engine.loadPolicy("first.rego", 'package first\nallow if input.user == "ann"');
  engine.evaluate("data.first.allow", { user: "ann" });
  return performance.now();
}

let firstDecisionMs;
try {
  firstDecisionMs = decide();
} catch (error) {
  // One failure for an addon that does not load, not one per case.
  fail("smoke.mjs", "the addon loads", error);
}
if (failures.length === 0) await runAll();

const failed = failures.length;
const skipped = [...skips.values()].reduce((sum, count) => sum + count, 0);
if (failed > 0) process.exitCode = 1;
if (BOARDKIT_RESULT) {
  const { version: node, arch } = process;
  const { rss: rssBytes } = process.memoryUsage();
  const measures = firstDecisionMs === undefined ? {} : { "1st decision": `${(firstDecisionMs / 1000).toFixed(2)}s` };
  const result = { passed, failed, skipped, node, arch, rssBytes, measures, failures };
  writeFileSync(BOARDKIT_RESULT, `${JSON.stringify(result, null, 2)}\n`);
}
for (const [reason, count] of skips) console.log(`- ${count} skipped: ${reason}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
