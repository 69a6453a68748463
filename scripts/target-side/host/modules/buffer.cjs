// node:buffer.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET, "-", "_"].map((letter, index) => [letter, index < 64 ? index : index - 2]));

/** The bytes of a text in base64 or base64url; other characters are skipped. */
function fromBase64(text) {
  const bytes = [];
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    if (letter === "=") break;
    const value = VALUES.get(letter);
    if (value === undefined) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function toBase64(bytes, isUrl) {
  const parts = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const group = (bytes[index] << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET[(group >> shift) & 63]).join("");
    const used = Math.min(bytes.length - index, 3) + 1;
    parts.push(letters.slice(0, used) + (isUrl ? "" : "=".repeat(4 - used)));
  }
  const text = parts.join("");
  return isUrl ? text.replaceAll("+", "-").replaceAll("/", "_") : text;
}

const fromUnits = (text, size) => {
  const bytes = new Uint8Array(text.length * size);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[index * size] = unit & 0xff;
    if (size === 2) bytes[index * 2 + 1] = unit >> 8;
  }
  return bytes;
};

const toUnits = (bytes, size, mask = 0xffff) => {
  const parts = [];
  for (let index = 0; index + size <= bytes.length; index += size)
    parts.push(String.fromCharCode((size === 2 ? bytes[index] | (bytes[index + 1] << 8) : bytes[index]) & mask));
  return parts.join("");
};

const utf8 = {
  encode: (text) => new Uint8Array(natives.encode(text)),
  decode: (bytes) => natives.decode(bytes.buffer, bytes.byteOffset, bytes.length, false),
};
const utf16 = { encode: (text) => fromUnits(text, 2), decode: (bytes) => toUnits(bytes, 2) };
const latin1 = { encode: (text) => fromUnits(text, 1), decode: (bytes) => toUnits(bytes, 1) };
const encodings = {
  utf8,
  "utf-8": utf8,
  utf16le: utf16,
  "utf-16le": utf16,
  ucs2: utf16,
  "ucs-2": utf16,
  latin1,
  binary: latin1,
  ascii: { encode: latin1.encode, decode: (bytes) => toUnits(bytes, 1, 0x7f) },
  base64: { encode: fromBase64, decode: (bytes) => toBase64(bytes, false) },
  base64url: { encode: fromBase64, decode: (bytes) => toBase64(bytes, true) },
  hex: {
    encode: (text) => Uint8Array.from(/^(?:[0-9a-f]{2})*/i.exec(text)[0].match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    decode: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  },
};

function encodingOf(name = "utf8") {
  const found = encodings[String(name).toLowerCase()];
  if (found) return found;
  throw Object.assign(new TypeError(`Unknown encoding: ${name}`), { code: "ERR_UNKNOWN_ENCODING" });
}

const bytesOf = (value, encoding) => (typeof value === "string" ? encodingOf(encoding).encode(value) : value);

class Buffer extends Uint8Array {
  static from(value, encodingOrOffset, length) {
    if (typeof value === "string") return Buffer.#of(encodingOf(encodingOrOffset).encode(value));
    if (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === "[object SharedArrayBuffer]")
      return new Buffer(value, encodingOrOffset, length);
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return Buffer.#of(Uint8Array.from(value));
    if (value?.type === "Buffer" && Array.isArray(value.data)) return Buffer.#of(Uint8Array.from(value.data));
    if (typeof value === "object" && value !== null) {
      const primitive = value.valueOf?.();
      if (primitive !== value && primitive !== undefined && primitive !== null) return Buffer.from(primitive, encodingOrOffset, length);
      if (typeof value.length === "number") return Buffer.#of(Uint8Array.from(value));
    }
    throw Object.assign(
      new TypeError(
        `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${value === null ? "null" : typeof value}`,
      ),
      { code: "ERR_INVALID_ARG_TYPE" },
    );
  }
  /** A Buffer on the memory of a view. */
  static #of(view) {
    return new Buffer(view.buffer, view.byteOffset, view.byteLength);
  }
  static alloc(size, fill, encoding) {
    const buffer = new Buffer(size);
    return fill === undefined ? buffer : buffer.fill(fill, encoding);
  }
  static allocUnsafe(size) {
    return new Buffer(size);
  }
  static allocUnsafeSlow(size) {
    return new Buffer(size);
  }
  static isBuffer(value) {
    return value instanceof Buffer;
  }
  static isEncoding(name) {
    return typeof name === "string" && Object.hasOwn(encodings, name.toLowerCase());
  }
  static byteLength(value, encoding) {
    return typeof value === "string" ? encodingOf(encoding).encode(value).length : value.byteLength;
  }
  static concat(list, total = list.reduce((sum, { length }) => sum + length, 0)) {
    const result = Buffer.alloc(total);
    let place = 0;
    for (const part of list) {
      result.set(part.subarray(0, Math.max(0, total - place)), place);
      place += Math.min(part.length, total - place);
    }
    return result;
  }
  static compare(one, other) {
    const shared = Math.min(one.length, other.length);
    for (let index = 0; index < shared; index++) if (one[index] !== other[index]) return one[index] < other[index] ? -1 : 1;
    return Math.sign(one.length - other.length);
  }
  get parent() {
    return this.buffer;
  }
  get offset() {
    return this.byteOffset;
  }
  toString(encoding, start = 0, end = this.length) {
    return encodingOf(encoding).decode(this.subarray(start, end));
  }
  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }
  equals(other) {
    return Buffer.compare(this, other) === 0;
  }
  compare(other) {
    return Buffer.compare(this, other);
  }
  slice(start, end) {
    return this.subarray(start, end);
  }
  subarray(start, end) {
    const view = super.subarray(start, end);
    return new Buffer(view.buffer, view.byteOffset, view.byteLength);
  }
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }
  write(text, offset = 0, length = this.length - offset, encoding = "utf8") {
    if (typeof offset === "string") return this.write(text, 0, this.length, offset);
    if (typeof length === "string") return this.write(text, offset, this.length - offset, length);
    const bytes = encodingOf(encoding)
      .encode(text)
      .subarray(0, Math.min(length, this.length - offset));
    this.set(bytes, offset);
    return bytes.length;
  }
  fill(value, start = 0, end = this.length, encoding = "utf8") {
    if (typeof start === "string") return this.fill(value, 0, this.length, start);
    if (typeof value === "number" || typeof value === "boolean") {
      super.fill(Number(value) & 0xff, start, end);
      return this;
    }
    const bytes = bytesOf(value, encoding);
    for (let index = start; index < end; index++) this[index] = bytes.length === 0 ? 0 : bytes[(index - start) % bytes.length];
    return this;
  }
  indexOf(value, from = 0, encoding = "utf8") {
    if (typeof value === "number") return super.indexOf(value & 0xff, from);
    const bytes = bytesOf(value, encoding);
    for (let index = from < 0 ? Math.max(0, this.length + from) : from; index + bytes.length <= this.length; index++) {
      if (bytes.every((byte, place) => this[index + place] === byte)) return index;
    }
    return -1;
  }
  includes(value, from, encoding) {
    return this.indexOf(value, from, encoding) >= 0;
  }
  [Symbol.for("nodejs.util.inspect.custom")]() {
    const shown = Array.from(super.subarray(0, 50), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return `<Buffer${shown === "" ? "" : " "}${shown}${this.length > 50 ? ` ... ${this.length - 50} more bytes` : ""}>`;
  }
}

/** Adds the methods that read and write numbers, by those of DataView. */
function addNumber(name, type, size) {
  for (const [ending, isLittle] of size === 1
    ? [["", true]]
    : [
        ["LE", true],
        ["BE", false],
      ]) {
    const viewOf = (buffer, offset) => {
      if (Number.isInteger(offset) && offset >= 0 && offset + size <= buffer.length)
        return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      throw Object.assign(
        new RangeError(`The value of "offset" is out of range. It must be >= 0 and <= ${buffer.length - size}. Received ${offset}`),
        { code: "ERR_OUT_OF_RANGE" },
      );
    };
    const read = function (offset = 0) {
      return viewOf(this, offset)[`get${type}`](offset, isLittle);
    };
    const write = function (value, offset = 0) {
      viewOf(this, offset)[`set${type}`](offset, value, isLittle);
      return offset + size;
    };
    for (const spelling of new Set([name, name.replace("UInt", "Uint")])) {
      for (const [verb, value] of [
        ["read", read],
        ["write", write],
      ])
        Object.defineProperty(Buffer.prototype, verb + spelling + ending, { value, configurable: true, writable: true });
    }
  }
}
for (const [name, type, size] of [
  ["UInt8", "Uint8", 1],
  ["Int8", "Int8", 1],
  ["UInt16", "Uint16", 2],
  ["Int16", "Int16", 2],
  ["UInt32", "Uint32", 4],
  ["Int32", "Int32", 4],
  ["BigInt64", "BigInt64", 8],
  ["BigUInt64", "BigUint64", 8],
  ["Float", "Float32", 4],
  ["Double", "Float64", 8],
])
  addNumber(name, type, size);

Buffer.poolSize = 8192;
natives.setHook("buffer", (bytes, offset, length) => new Buffer(bytes, offset, length));

exports.Buffer = Buffer;
exports.SlowBuffer = Buffer;
exports.kMaxLength = 2 ** 31 - 1;
exports.constants = { MAX_LENGTH: 2 ** 31 - 1, MAX_STRING_LENGTH: 2 ** 30 - 1 };
exports.isUtf8 = (bytes) => natives.decode(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength, true) !== undefined;
