// A process whose memory is measured: 10,000 decisions of one policy, by the way that is named. Prints what they added to it, in bytes.
//
// node memory-child.mjs WAY FILE: FILE holds {grid, wasm, policy: {query, source, data, input}} as JSON.
// Plain JavaScript: Node's own reader of TypeScript takes more memory than what is measured.
import { readFileSync } from "node:fs";

const DECISIONS = 10_000;

// Resident memory: all of it, and without the pages of files, which processes share.
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
  async object(given) {
    const engine = await loaded(given);
    const { query, input } = given.policy;
    return () => engine.evaluate(query, input);
  },
  async text(given) {
    const engine = await loaded(given);
    const { query, input } = given.policy;
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
const given = JSON.parse(readFileSync(file, "utf8"));
memory();
const before = memory();
const ask = await ways[way](given);
for (let left = DECISIONS; left > 0; left -= 1) if (ask() !== true) throw new Error(`${way} does not say true`);
const after = memory();
console.log(JSON.stringify({ rss: after.rss - before.rss, anonymous: after.anonymous - before.anonymous }));
