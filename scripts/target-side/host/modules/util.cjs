// node:util.
const { isDeepStrictEqual } = require("./equal.cjs");
const { format, formatWith } = require("./inspect.cjs");

const CUSTOM = Symbol.for("nodejs.util.promisify.custom");

/** A function with a callback -> a function that returns a promise. */
function promisify(run) {
  if (typeof run?.[CUSTOM] === "function") return run[CUSTOM];
  if (typeof run !== "function")
    throw Object.assign(new TypeError('The "original" argument must be of type function'), { code: "ERR_INVALID_ARG_TYPE" });
  return function (...values) {
    return new Promise((resolve, reject) => {
      Reflect.apply(run, this, [...values, (error, result) => (error ? reject(error) : resolve(result))]);
    });
  };
}
promisify.custom = CUSTOM;

const callbackify =
  (run) =>
  (...values) => {
    const done = values.pop();
    run(...values).then(
      (result) => process.nextTick(done, null, result),
      (error) => process.nextTick(done, error),
    );
  };

/** A function that warns once. */
function deprecate(run, message, code) {
  let isWarned = false;
  return function (...values) {
    if (!isWarned) process.emitWarning(message, `${code ? `[${code}] ` : ""}DeprecationWarning`);
    isWarned = true;
    return Reflect.apply(run, this, values);
  };
}

function inherits(constructor, parent) {
  Object.defineProperty(constructor, "super_", { value: parent, configurable: true, writable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const kindOf = (value) => natives.describe(value)[0];
const isKind = (kind) => (value) => kindOf(value) === kind;
const isTagged = (tag) => (value) => ArrayBuffer.isView(value) && value[Symbol.toStringTag] === tag;
const isNamed =
  (...names) =>
  (value) =>
    names.includes(Object.prototype.toString.call(value).slice(8, -1));

const types = {
  isExternal: isKind("external"),
  isProxy: isKind("proxy"),
  isPromise: isKind("promise"),
  isDate: isKind("date"),
  isRegExp: isKind("regexp"),
  isMap: isKind("map"),
  isSet: isKind("set"),
  isWeakMap: isKind("weakmap"),
  isWeakSet: isKind("weakset"),
  isNativeError: isKind("error"),
  isArrayBuffer: isKind("arraybuffer"),
  isAnyArrayBuffer: (value) => kindOf(value) === "arraybuffer" || isNamed("SharedArrayBuffer")(value),
  isSharedArrayBuffer: isNamed("SharedArrayBuffer"),
  isArrayBufferView: (value) => ArrayBuffer.isView(value),
  isDataView: isKind("dataview"),
  isTypedArray: (value) => ArrayBuffer.isView(value) && kindOf(value) !== "dataview",
  isAsyncFunction: isNamed("AsyncFunction", "AsyncGeneratorFunction"),
  isGeneratorFunction: isNamed("GeneratorFunction", "AsyncGeneratorFunction"),
  isGeneratorObject: isNamed("Generator"),
  isMapIterator: isNamed("Map Iterator"),
  isSetIterator: isNamed("Set Iterator"),
  isSymbolObject: (value) => typeof value === "object" && isNamed("Symbol")(value),
  isNumberObject: (value) => typeof value === "object" && isNamed("Number")(value),
  isStringObject: (value) => typeof value === "object" && isNamed("String")(value),
  isBooleanObject: (value) => typeof value === "object" && isNamed("Boolean")(value),
  isBoxedPrimitive: (value) => typeof value === "object" && isNamed("Symbol", "Number", "String", "Boolean", "BigInt")(value),
};
for (const name of [
  "Int8",
  "Uint8",
  "Uint8Clamped",
  "Int16",
  "Uint16",
  "Int32",
  "Uint32",
  "Float16",
  "Float32",
  "Float64",
  "BigInt64",
  "BigUint64",
])
  types[`is${name}Array`] = isTagged(`${name}Array`);

module.exports = {
  inspect: formatWith,
  format,
  formatWithOptions: (_options, ...values) => format(...values),
  isDeepStrictEqual,
  promisify,
  callbackify,
  deprecate,
  inherits,
  types,
  debuglog: () => Object.assign(() => {}, { enabled: false }),
  stripVTControlCharacters: (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, ""),
  toUSVString: (text) => String(text).toWellFormed(),
  isArray: Array.isArray,
  get TextEncoder() {
    return globalThis.TextEncoder;
  },
  get TextDecoder() {
    return globalThis.TextDecoder;
  },
};
module.exports.debug = module.exports.debuglog;
