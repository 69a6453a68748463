// What Node's tests of Node-API use of `test/common`, for runs in Node and in the host. Our own: the names and meanings are Node's.
"use strict";
const assert = require("assert");

/** Functions that must be called so many times until the process ends. */
const expected = [];
process.on("exit", (code) => {
  if (code !== 0) return;
  const failed = expected.filter(({ count, fewest, exact }) => (exact === undefined ? count < fewest : count !== exact));
  for (const { name, count, fewest, exact } of failed)
    console.error(`${name} was called ${count} times, expected ${exact ?? `at least ${fewest}`}`);
  if (failed.length > 0) process.exitCode = 1;
});

function counted(run = () => {}, rule) {
  const record = { name: run.name || "a function", count: 0, ...rule };
  expected.push(record);
  return function (...values) {
    record.count++;
    return Reflect.apply(run, this, values);
  };
}

const mustCall = (run, exact = 1) => (typeof run === "number" ? counted(undefined, { exact: run }) : counted(run, { exact }));

module.exports = {
  buildType: process.env.BOARDKIT_BUILD_TYPE ?? "Release",
  mustCall,
  mustCallAtLeast: (run, fewest = 1) => counted(run, { fewest }),
  mustSucceed: (run, exact) =>
    mustCall(function (error, ...values) {
      assert.ifError(error);
      return run?.apply(this, values);
    }, exact),
  mustNotCall:
    (message = "function should not have been called") =>
    () =>
      assert.fail(message),
  mustNotMutateObjectDeep: (value) => value,
  platformTimeout: (milliseconds) => milliseconds,
  /** Whether a child was ended by abort(). */
  nodeProcessAborted: (code, signal) => signal === "SIGABRT" || signal === "SIGILL" || signal === "SIGTRAP" || code > 128,
  expectWarning: () => {},
  skip: (reason) => {
    console.log(`skipped: ${reason}`);
    process.exit(0);
  },
  skipIfWorker: () => {},
  allowGlobals: () => {},
  isWindows: false,
  isMainThread: true,
  isDebug: false,
  invalidArgTypeHelper: (value) => ` Received ${String(value)}`,
  gcUntil: (...values) => require("./gc").gcUntil(...values),
};
