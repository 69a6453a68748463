// What would end a process without limits, each attempted on one engine: prints how each ended, on the main thread and in a worker.
import { isMainThread, Worker } from "node:worker_threads";
import { Engine, GridError } from "../../lib/index.js";

const chain = (count, link) => Array.from({ length: count }, (_, index) => link(index)).join("\n");
const policies = {
  rules: `r0 := 1\n${chain(10_000, (index) => `r${index + 1} := r${index} + 1`)}`,
  functions: `f0(x) := x\n${chain(10_000, (index) => `f${index + 1}(x) := f${index}(x)`)}`,
  recursion: "f(x) := f(x)",
  sum: `x := ${"1 + ".repeat(100_000)}1`,
  brackets: `x := ${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  calls: `x := ${"abs(".repeat(10_000)}1${")".repeat(10_000)}`,
};
const queries = {
  range: "count(numbers.range(1, 1000000000))",
  longest: "count(numbers.range(0, 9223372036854775807))",
  addresses: 'count(net.cidr_expand("0.0.0.0/0"))',
  padding: 'sprintf("%100000000d", [1])',
  ruled: "data.rules.r10000",
  called: "data.functions.f10000(1)",
  layout: 'time.parse_ns("é", "é")',
};

const engine = new Engine({ maxEvaluationMs: 30_000 });
engine.loadPolicy("good", "package good\nx := 1");
const ends = {};
function attempt(name, work) {
  try {
    ends[name] = work() ?? "undefined";
  } catch (error) {
    ends[name] = error instanceof GridError ? error.code : String(error);
  }
  if (engine.evaluate("data.good.x") !== 1) throw new Error(`the engine is down after ${name}`);
}
for (const [name, rules] of Object.entries(policies)) {
  attempt(name, () => {
    engine.loadPolicy(name, `package ${name}\n${rules}`);
    return "loaded";
  });
}
for (const [name, query] of Object.entries(queries)) attempt(name, () => engine.evaluate(query));
console.log(JSON.stringify(ends));
if (isMainThread) new Worker(new URL(import.meta.url));
