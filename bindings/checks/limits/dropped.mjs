// A process that makes engines or caches and drops them: `node dropped.mjs ENTRY KIND COUNT`, with the package's entry. It tells how much more
// memory it has when all are gone, and had at most. Plain JavaScript, as child.mjs.
import { readFileSync } from "node:fs";

const [entry, kind, count] = process.argv.slice(2);
const { Cache, Engine } = await import(entry);

let source = "package p\n";
for (let index = 0; source.length < 45_000; index += 1) {
  source += `allow if {\n\tinput.user.role == "role-${index}"\n\tinput.path == "/api/${index}"\n\tinput.method in {"GET", "POST"}\n}\n`;
}
// A busy machine takes long, which is none of its business here.
const PATIENT = { maxLoadMs: 60_000 };
const load = (engine) => {
  engine.loadPolicy("p.rego", source);
  return engine;
};
const value = Buffer.alloc(1_000_000, "v");
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What is made and dropped, again and again. */
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
// The first use of everything: code of files is read and translated once.
load(new Engine(PATIENT)).close?.();
const before = memory("VmRSS");
const started = performance.now();
const cpuBefore = process.cpuUsage();
for (let index = 0; index < Number(count); index += 1) {
  make(index);
  // Where the loop does not turn, Node finalizes nothing, however much V8 has collected.
  if (kind !== "engines, in one turn") await turn();
}
for (let index = 0; index < 3; index += 1) await turn();
const milliseconds = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
const [held, peak] = [memory("VmRSS") - before, memory("VmHWM") - before];
const answers = load(new Engine(PATIENT)).evaluate("data.p.allow", { user: {}, path: "", method: "" }) === undefined;
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, held, peak, answers }));
