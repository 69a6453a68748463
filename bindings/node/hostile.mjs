// Attempts to use more memory than a board has: `npm run boards:hostile` runs it with 128 MB and the profile small. Each attempt ends in
// a LimitError and the process lives. Without the profile the limits are those of larger machines, and the kernel ends the process.
//
// BOARDKIT_ADDON   path of the .node file to load
// BOARDKIT_RESULT  path to write {passed, failed, node, peakRssBytes, failures} to
import { readFileSync, writeFileSync } from "node:fs";

const { BOARDKIT_ADDON, BOARDKIT_RESULT } = process.env;
if (BOARDKIT_ADDON) process.env.GRID_NATIVE_PATH = BOARDKIT_ADDON;
const { Cache, Engine, LimitError } = await import("./lib/index.js");

const MIB = 1024 * 1024;

/** A cache that gets ten times its bytes stays within its cap. */
function fillsACache() {
  const cache = new Cache();
  const { maxBytes } = cache.stats();
  const value = Buffer.alloc(4096, 1);
  for (let bytes = 0, n = 0; bytes < 10 * maxBytes; bytes += value.length, n += 1) {
    cache.set(`key ${n}`, value);
    if (cache.bytes > maxBytes) throw new Error(`${cache.bytes} bytes in a cache of ${maxBytes}`);
  }
  return `${cache.stats().evictedForBytes} evicted, ${cache.stats().peakBytes} bytes of ${maxBytes} at most`;
}

/** A policy that builds some 200 MB. */
function buildsMuch() {
  const engine = new Engine();
  engine.loadPolicy("p.rego", 'package p\nx := [sprintf("%d%s", [n, input.pad]) | some n in numbers.range(1, 400000)]\nok := count(x)');
  return refused(() => engine.evaluate("data.p.ok", { pad: "x".repeat(500) }), "memory");
}

/** An input that is longer than the limit. */
function givesMuch() {
  return refused(() => new Engine().evaluateJson("true", JSON.stringify("x".repeat(8 * MIB))), "input-size");
}

/** The text of the LimitError that a call must end in. */
function refused(call, kind) {
  try {
    call();
  } catch (error) {
    if (error instanceof LimitError && error.kind === kind) return error.message;
    throw error;
  }
  throw new Error(`no LimitError of ${kind}`);
}

let passed = 0;
const failures = [];
for (const attempt of [fillsACache, buildsMuch, givesMuch, buildsMuch]) {
  try {
    console.log(`${attempt.name}: ${attempt()}`);
    passed += 1;
  } catch (error) {
    failures.push({ name: attempt.name, error: String(error) });
    console.log(`${attempt.name} FAILED: ${error}`);
  }
}
const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
const [, anonymous] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
console.log(`peak ${(peak / 1024).toFixed(1)} MiB resident; ${(anonymous / 1024).toFixed(1)} MiB at the end without files' pages`);
const failed = failures.length;
if (failed > 0) process.exitCode = 1;
if (BOARDKIT_RESULT) {
  writeFileSync(BOARDKIT_RESULT, JSON.stringify({ passed, failed, node: process.version, peakRssBytes: peak * 1024, failures }));
}
