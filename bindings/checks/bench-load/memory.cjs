// One sample: prints the anonymous memory of a process that uses Grid, in bytes, after a garbage collection. Run it with `node --expose-gc`
// in a project that has @boardkit/grid installed; the arguments are a case and, for `caches`, their number.
const { readFileSync } = require("node:fs");

const RULES = 50;

const cases = {
  bare: () => [],
  engine: () => {
    const { Engine } = require("@boardkit/grid");
    const rule = (n) => `allow if { input.user == "user${n}"; input.action == "act${n}"; input.resource.owner == "owner${n}" }`;
    const engine = new Engine();
    engine.loadPolicy("authz.rego", ["package authz", ...Array.from({ length: RULES }, (_, n) => rule(n))].join("\n"));
    const answer = engine.evaluate("data.authz.allow", { user: "user3", action: "act3", resource: { owner: "owner3" } });
    if (answer !== true) throw new Error(`the decision was ${answer}`);
    return [engine];
  },
  caches: (count) => {
    const { Cache } = require("@boardkit/grid");
    return Array.from({ length: Number(count) }, () => new Cache());
  },
};

const [name, count] = process.argv.slice(2);
const objects = cases[name](count);
globalThis.gc();
globalThis.gc();
const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
// Keeps the objects alive until after the measurement.
if (objects.length < 0) throw new Error("unreachable");
process.stdout.write(`${Number(kilobytes) * 1024}\n`);
