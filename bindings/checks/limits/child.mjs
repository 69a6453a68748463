// A child process that runs one hostile case and reports the values that it reached: `node child.mjs ENTRY FILE`, with the package's entry
// and a file of `{limits, one}`. Plain JavaScript: the targets' Nodes run it under emulation.
import { readFileSync, writeFileSync } from "node:fs";

const [entry, file] = process.argv.slice(2);
const { limits, one } = JSON.parse(readFileSync(file, "utf8"));
const { load, data, patch, evaluate, input, inputText } = one;
const { Engine, GridError } = await import(entry);

const engine = new Engine(limits);
engine.loadPolicy("good", "package good\nx := 1");
// Warm up: the emulator translates code at its first use.
engine.evaluate("data.good.x", {});

const steps = [];
if (load !== undefined) steps.push(() => (typeof load === "string" ? engine.loadPolicy("p", load) : engine.loadPolicies(load)));
if (data !== undefined) steps.push(() => engine.setData(data));
if (patch !== undefined) steps.push(() => engine.patchData(patch));
if (evaluate !== undefined) {
  const text = inputText ?? (input === undefined ? undefined : JSON.stringify(input));
  steps.push(() => engine.evaluateJson(evaluate, text));
}
const attempt = steps.pop();
for (const step of steps) step();

const memory = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
globalThis.gc?.();
// Resets the peak, if the kernel allows it.
writeFileSync("/proc/self/clear_refs", "5");
const before = memory("VmRSS");
const started = performance.now();
const cpuBefore = process.cpuUsage();
let end;
try {
  const answer = attempt();
  end = { end: evaluate === undefined ? "loaded" : answer === undefined ? "undefined" : "an answer" };
} catch (error) {
  if (!(error instanceof GridError)) throw error;
  const { code, kind, option, message } = error;
  end = { end: code, kind, option, message: message.slice(0, 300) };
}
const milliseconds = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
const bytes = memory("VmHWM") - before;
const answers = engine.evaluate("data.good.x") === 1;
console.log(JSON.stringify({ ...end, milliseconds, cpu: (user + system) / 1000, bytes, answers }));
