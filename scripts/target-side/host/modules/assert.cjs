// node:assert.
const { isDeepEqual, isDeepStrictEqual } = require("./equal.cjs");
const { formatWith } = require("./inspect.cjs");

class AssertionError extends Error {
  constructor({ message, actual, expected, operator, generated = message === undefined }) {
    super(message ?? `${formatWith(actual)} ${operator} ${formatWith(expected)}`);
    this.name = "AssertionError";
    this.code = "ERR_ASSERTION";
    this.generatedMessage = generated;
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
  }
}

/** Throws the message if it is an error, else an assertion error. */
function fail(details, message) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ ...details, message: message ?? details.text, generated: message === undefined });
}

const both = (head, actual, expected, sign) =>
  `${head}\n\n${formatWith(actual, { depth: 8 })} ${sign} ${formatWith(expected, { depth: 8 })}\n`;

/** A function that fails unless two values have a relation. */
const relation = (operator, holds, head, sign) => (actual, expected, message) => {
  if (!holds(actual, expected)) fail({ actual, expected, operator, text: both(head, actual, expected, sign) }, message);
};

function assert(value, message) {
  if (!value)
    fail(
      { actual: value, expected: true, operator: "==", text: `The expression evaluated to a falsy value:\n\n  ${formatWith(value)}\n` },
      message,
    );
}

assert.ok = (value, message) => assert(value, message);
assert.AssertionError = AssertionError;
assert.strictEqual = relation("strictEqual", Object.is, "Expected values to be strictly equal:", "!==");
assert.notStrictEqual = relation(
  "notStrictEqual",
  (one, other) => !Object.is(one, other),
  'Expected "actual" to be strictly unequal to:',
  "===",
);
assert.deepStrictEqual = relation("deepStrictEqual", isDeepStrictEqual, "Expected values to be strictly deep-equal:", "should deep equal");
assert.notDeepStrictEqual = relation(
  "notDeepStrictEqual",
  (one, other) => !isDeepStrictEqual(one, other),
  'Expected "actual" not to be strictly deep-equal to:',
  "should not deep equal",
);
assert.equal = relation(
  "==",
  (one, other) => one == other || (Number.isNaN(one) && Number.isNaN(other)),
  "Expected values to be loosely equal:",
  "!=",
);
assert.notEqual = relation("!=", (one, other) => one != other, "Expected values to be loosely unequal:", "==");
assert.deepEqual = relation("deepEqual", isDeepEqual, "Expected values to be loosely deep-equal:", "should loosely deep equal");
assert.notDeepEqual = relation(
  "notDeepEqual",
  (one, other) => !isDeepEqual(one, other),
  "Expected values not to be loosely deep-equal:",
  "should not loosely deep equal",
);
assert.fail = (message = "Failed") => fail({ operator: "fail" }, message);
assert.ifError = (value) => {
  if (value !== null && value !== undefined)
    fail({ actual: value, operator: "ifError" }, value instanceof Error ? value : `ifError got unwanted exception: ${formatWith(value)}`);
};
assert.match = (text, pattern, message) => {
  if (typeof text !== "string" || !pattern.test(text))
    fail(
      {
        actual: text,
        expected: pattern,
        operator: "match",
        text: `The input did not match the regular expression ${pattern}. Input:\n\n${formatWith(text)}\n`,
      },
      message,
    );
};
assert.doesNotMatch = (text, pattern, message) => {
  if (typeof text !== "string" || pattern.test(text))
    fail(
      {
        actual: text,
        expected: pattern,
        operator: "doesNotMatch",
        text: `The input was expected to not match the regular expression ${pattern}. Input:\n\n${formatWith(text)}\n`,
      },
      message,
    );
};

const isClass = (value) => typeof value === "function" && (value.prototype instanceof Error || value === Error);

/** Checks a thrown value against a class, a pattern, an object of properties, or a function. */
function checkThrown(error, expected, message, operator) {
  const wrong = (text) => fail({ actual: error, expected, operator, text }, message);
  if (expected === undefined) return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(error)))
      wrong(`The input did not match the regular expression ${expected}. Input:\n\n${formatWith(String(error))}\n`);
  } else if (isClass(expected) || (typeof expected === "function" && expected.prototype !== undefined && error instanceof expected)) {
    if (!(error instanceof expected))
      wrong(
        `The error is expected to be an instance of "${expected.name}". Received "${error?.name ?? typeof error}"\n\nError message:\n\n${error?.message}`,
      );
  } else if (typeof expected === "function") {
    if (expected(error) !== true) wrong(`The validation function is expected to return "true". Caught error:\n\n${formatWith(error)}`);
  } else if (typeof expected === "object" && expected !== null) {
    const keys = expected instanceof Error ? [...Object.keys(expected), "name", "message"] : Object.keys(expected);
    for (const key of keys) {
      const isMatch =
        expected[key] instanceof RegExp && typeof error?.[key] === "string"
          ? expected[key].test(error[key])
          : isDeepStrictEqual(error?.[key], expected[key]);
      if (!isMatch) wrong(`${key}: ${formatWith(error?.[key])} should equal ${formatWith(expected[key])}`);
    }
  }
}

/** The expectation can be left out before a message. */
const sort = (expected, message) => (typeof expected === "string" ? [undefined, expected] : [expected, message]);

assert.throws = (run, ...rest) => {
  const [expected, message] = sort(...rest);
  let error;
  try {
    run();
  } catch (thrown) {
    error = [thrown];
  }
  if (!error) fail({ expected, operator: "throws", text: "Missing expected exception." }, message);
  checkThrown(error[0], expected, message, "throws");
};
assert.doesNotThrow = (run, ...rest) => {
  const [, message] = sort(...rest);
  try {
    run();
  } catch (error) {
    fail({ actual: error, operator: "doesNotThrow", text: `Got unwanted exception.\nActual message: "${error?.message}"` }, message);
  }
};
assert.rejects = async (promise, ...rest) => {
  const [expected, message] = sort(...rest);
  let error;
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (thrown) {
    error = [thrown];
  }
  if (!error) fail({ expected, operator: "rejects", text: "Missing expected rejection." }, message);
  checkThrown(error[0], expected, message, "rejects");
};
assert.doesNotReject = async (promise, ...rest) => {
  const [, message] = sort(...rest);
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    fail({ actual: error, operator: "doesNotReject", text: `Got unwanted rejection.\nActual message: "${error?.message}"` }, message);
  }
};

assert.strict = Object.assign((value, message) => assert(value, message), assert, {
  equal: assert.strictEqual,
  notEqual: assert.notStrictEqual,
  deepEqual: assert.deepStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.strict = assert.strict;
module.exports = assert;
