// Makes 10,000 decisions of one policy in the given way. Prints the memory that they add to the process, in bytes.
//
// node memory-child.mjs WAY FILE: FILE has {grid, wasm, policy: {query, source, data, input}} as JSON.
// Plain JavaScript: Node's TypeScript support takes more memory than the engine.
import { readFileSync } from "node:fs";

const DECISIONS = 10_000;

// Resident memory, and its anonymous part: processes share file pages.
function memory() {
  globalThis.gc?.();
  const status = readFileSync("/proc/self/status", "utf8");
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) * 1024;
  return { rss: of("VmRSS"), anonymous: of("RssAnon") };
}

async function loaded({ grid, policy }) {
  const { Engine } = await import(grid);
  const engine = new Engine();
  engine.loadPolicy("bench.rego", policy.source);
  engine.setData(policy.data);
  return engine;
}

const ways = {
  async object(options) {
    const engine = await loaded(options);
    const { query, input } = options.policy;
    return () => engine.evaluate(query, input);
  },
  async text(options) {
    const engine = await loaded(options);
    const { query, input } = options.policy;
    const text = JSON.stringify(input);
    return () => engine.evaluateJson(query, text) === "true";
  },
  async wasm({ opaWasm, wasm, policy }) {
    const { loadPolicy } = (await import(opaWasm)).default;
    const compiled = await loadPolicy(readFileSync(wasm));
    compiled.setData(policy.data);
    return () => compiled.evaluate(policy.input)[0].result;
  },
};

const [way, file] = process.argv.slice(2);
const options = JSON.parse(readFileSync(file, "utf8"));
memory();
const before = memory();
const ask = await ways[way](options);
for (let left = DECISIONS; left > 0; left -= 1) if (ask() !== true) throw new Error(`${way}: the decision is not true`);
const after = memory();
console.log(JSON.stringify({ rss: after.rss - before.rss, anonymous: after.anonymous - before.anonymous }));
