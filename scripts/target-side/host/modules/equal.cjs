// Deep equality, as assert.deepStrictEqual and assert.deepEqual have it.

const isObject = (value) => typeof value === "object" && value !== null;

/** The own enumerable keys; symbols only for the strict comparison. */
function keysOf(value, isStrict) {
  const symbols = isStrict
    ? Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
    : [];
  return [...Object.keys(value), ...symbols];
}

function sameBytes(one, other) {
  const [left, right] = [one, other].map((view) =>
    ArrayBuffer.isView(view) ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view),
  );
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Whether two collections have equal items in any order. */
function sameItems(one, other, matches) {
  const rest = [...other];
  return [...one].every((item) => {
    const index = rest.findIndex((candidate) => matches(item, candidate));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

/** Whether what is in two objects, beside their properties, is equal. */
function sameContent(one, other, kind, equal) {
  if (kind === "date") return Object.is(one.getTime(), other.getTime());
  if (kind === "regexp") return String(one) === String(other) && one.lastIndex === other.lastIndex;
  if (kind === "error") return one.message === other.message && one.name === other.name;
  if (kind === "set") return one.size === other.size && sameItems(one, other, equal);
  if (kind === "map")
    return one.size === other.size && sameItems(one, other, (left, right) => equal(left[0], right[0]) && equal(left[1], right[1]));
  if (kind === "arraybuffer" || kind === "dataview") return sameBytes(one, other);
  if (ArrayBuffer.isView(one))
    return one[Symbol.toStringTag].startsWith("Float")
      ? one.length === other.length && one.every((item, index) => Object.is(item, other[index]))
      : sameBytes(one, other);
  for (const Boxed of [Number, String, Boolean, Symbol, BigInt]) {
    if (one instanceof Boxed !== other instanceof Boxed) return false;
    if (one instanceof Boxed) return Object.is(Boxed.prototype.valueOf.call(one), Boxed.prototype.valueOf.call(other));
  }
  return kind !== "promise" && kind !== "weakmap" && kind !== "weakset" && kind !== "external";
}

function compare(one, other, isStrict, seen) {
  if (isStrict ? Object.is(one, other) : one == other || (Number.isNaN(one) && Number.isNaN(other))) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (isStrict && Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other) || one.length !== other.length) return false;
  const [kind] = natives.describe(one);
  if (kind !== natives.describe(other)[0] || Object.prototype.toString.call(one) !== Object.prototype.toString.call(other)) return false;
  if (ArrayBuffer.isView(one) !== ArrayBuffer.isView(other)) return false;
  // Objects in a circle are equal if the rest is.
  if (seen.some(([left, right]) => left === one && right === other)) return true;
  const pairs = [...seen, [one, other]];
  const equal = (left, right) => compare(left, right, isStrict, pairs);
  if (!sameContent(one, other, kind, equal)) return false;
  if (ArrayBuffer.isView(one)) return true;
  const keys = keysOf(one, isStrict);
  return (
    keys.length === keysOf(other, isStrict).length &&
    keys.every((key) => Object.prototype.propertyIsEnumerable.call(other, key) && equal(one[key], other[key]))
  );
}

exports.isDeepStrictEqual = (one, other) => compare(one, other, true, []);
exports.isDeepEqual = (one, other) => compare(one, other, false, []);
