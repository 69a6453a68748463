// A child process that creates engines or caches and drops them: `node dropped.mjs ENTRY KIND COUNT`, with the package's entry. It reports
// the memory that it gained at the end and at its peak. Plain JavaScript, as child.mjs.
import { readFileSync } from "node:fs";

const [entry, kind, count] = process.argv.slice(2);
const { Cache, Engine } = await import(entry);

let source = "package p\n";
for (let index = 0; source.length < 45_000; index += 1) {
  source += `allow if {\n\tinput.user.role == "role-${index}"\n\tinput.path == "/api/${index}"\n\tinput.method in {"GET", "POST"}\n}\n`;
}
// Generous: on a busy machine a load takes long.
const PATIENT = { maxLoadMs: 60_000 };
const load = (engine) => {
  engine.loadPolicy("p.rego", source);
  return engine;
};
const value = Buffer.alloc(1_000_000, "v");
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The repeated action of each kind. */
const KINDS = {
  engines: () => void load(new Engine(PATIENT)),
  "engines, closed": () => load(new Engine(PATIENT)).close(),
  "engines, in one turn": () => void load(new Engine(PATIENT)),
  "named engines": (index) => {
    load(Engine.open(`dropped ${index}`, PATIENT));
    Engine.forget(`dropped ${index}`);
  },
  caches: () => {
    const cache = new Cache();
    for (const key of ["a", "b", "c"]) cache.set(key, value);
  },
};
const make = KINDS[kind];

const memory = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;
// Warm up: code is loaded at its first use.
load(new Engine(PATIENT)).close?.();
const before = memory("VmRSS");
const started = performance.now();
const cpuBefore = process.cpuUsage();
for (let index = 0; index < Number(count); index += 1) {
  make(index);
  // Node runs finalizers only between turns of the event loop.
  if (kind !== "engines, in one turn") await turn();
}
for (let index = 0; index < 3; index += 1) await turn();
const milliseconds = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
const [left, peak] = [memory("VmRSS") - before, memory("VmHWM") - before];
const answers = load(new Engine(PATIENT)).evaluate("data.p.allow", { user: {}, path: "", method: "" }) === undefined;
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, left, peak, answers }));
