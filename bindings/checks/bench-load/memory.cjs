// One sample: the anonymous memory of a process with Grid in it, in bytes, after a collection of garbage. Run by `node --expose-gc` in a project
// that has @boardkit/grid installed; the arguments are one of the cases, and of caches how many. Prints one number.
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
const kept = cases[name](count);
globalThis.gc();
globalThis.gc();
const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
// After the reading, so that nothing of it is garbage before.
if (kept.length < 0) throw new Error("nothing was kept");
process.stdout.write(`${Number(kilobytes) * 1024}\n`);
