// The global `console`.
const { process } = require("./process.cjs");
const { format, formatWith } = require("./inspect.cjs");

let indent = "";
const counts = new Map();
const times = new Map();

const print = (stream, text) => stream.write(`${indent === "" ? text : text.replace(/^/gm, indent)}\n`);
const toOut = (...values) => print(process.stdout, format(...values));
const toError = (...values) => print(process.stderr, format(...values));
const elapsed = (label) => `${label}: ${(Number(natives.now() - (times.get(label) ?? natives.now())) / 1e6).toFixed(3)}ms`;

const console = {
  log: toOut,
  info: toOut,
  debug: toOut,
  error: toError,
  warn: toError,
  trace(...values) {
    toError(`Trace: ${format(...values)}\n${new Error("trace").stack.split("\n").slice(2).join("\n")}`);
  },
  dir: (value, options) => print(process.stdout, formatWith(value, options)),
  assert(isTrue, ...values) {
    if (!isTrue) toError(`Assertion failed${values.length > 0 ? `: ${format(...values)}` : ""}`);
  },
  group(...values) {
    if (values.length > 0) toOut(...values);
    indent += "  ";
  },
  groupEnd() {
    indent = indent.slice(2);
  },
  count(label = "default") {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    toOut(`${label}: ${counts.get(label)}`);
  },
  countReset: (label = "default") => counts.delete(label),
  time: (label = "default") => times.set(label, natives.now()),
  timeLog: (label = "default") => toOut(elapsed(label)),
  timeEnd(label = "default") {
    toOut(elapsed(label));
    times.delete(label);
  },
  table: toOut,
};
console.groupCollapsed = console.group;
module.exports = console;
