// The globals that Node has and the engine lacks.
const { process } = require("./process.cjs");
const { timers } = require("./timers.cjs");

class TextEncoder {
  get encoding() {
    return "utf-8";
  }
  encode(text = "") {
    return new Uint8Array(natives.encode(String(text)));
  }
  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const character of text) {
      const bytes = this.encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

class TextDecoder {
  #fatal;
  #ignoreBOM;
  #encoding;
  constructor(encoding = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    const name = encoding.trim().toLowerCase();
    const names = {
      "utf-8": "utf-8",
      utf8: "utf-8",
      "utf-16le": "utf-16le",
      "utf-16": "utf-16le",
      latin1: "windows-1252",
      ascii: "windows-1252",
      "windows-1252": "windows-1252",
    };
    if (!Object.hasOwn(names, name))
      throw Object.assign(new RangeError(`The "${encoding}" encoding is not supported`), { code: "ERR_ENCODING_NOT_SUPPORTED" });
    this.#encoding = names[name];
    this.#fatal = fatal;
    this.#ignoreBOM = ignoreBOM;
  }
  get encoding() {
    return this.#encoding;
  }
  get fatal() {
    return this.#fatal;
  }
  get ignoreBOM() {
    return this.#ignoreBOM;
  }
  decode(bytes = new Uint8Array(), { stream = false } = {}) {
    if (stream) throw require("./module.cjs").lacks("TextDecoder with `stream`");
    const { Buffer } = require("./buffer.cjs");
    const [buffer, offset, length] = ArrayBuffer.isView(bytes)
      ? [bytes.buffer, bytes.byteOffset, bytes.byteLength]
      : [bytes, 0, bytes.byteLength];
    if (this.#encoding !== "utf-8")
      return Buffer.from(buffer, offset, length).toString(this.#encoding === "utf-16le" ? "utf16le" : "latin1");
    const text = natives.decode(buffer, offset, length, this.#fatal);
    if (text === undefined)
      throw Object.assign(new TypeError("The encoded data was not valid for encoding utf-8"), {
        code: "ERR_ENCODING_INVALID_ENCODED_DATA",
      });
    return !this.#ignoreBOM && text.startsWith("\ufeff") ? text.slice(1) : text;
  }
}

const origin = natives.now();
const marks = new Map();
const performance = {
  timeOrigin: Date.now(),
  now: () => Number(natives.now() - origin) / 1e6,
  mark: (name) => marks.set(name, performance.now()).get(name),
  measure: (name, from, to) => ({ name, duration: (marks.get(to) ?? performance.now()) - (marks.get(from) ?? 0) }),
  clearMarks: () => marks.clear(),
  toJSON: () => ({ timeOrigin: performance.timeOrigin }),
};
exports.perfHooks = { performance };

class Event {
  constructor(type, init = {}) {
    Object.assign(this, { type, cancelable: false, defaultPrevented: false, ...init });
  }
  preventDefault() {
    this.defaultPrevented = this.cancelable;
  }
}

class EventTarget {
  #listeners = new Map();
  addEventListener(type, listener, options) {
    const entries = this.#listeners.get(type) ?? [];
    if (entries.some((entry) => entry.listener === listener)) return;
    this.#listeners.set(type, [...entries, { listener, once: typeof options === "object" && options?.once === true }]);
  }
  removeEventListener(type, listener) {
    this.#listeners.set(
      type,
      (this.#listeners.get(type) ?? []).filter((entry) => entry.listener !== listener),
    );
  }
  dispatchEvent(event) {
    event.target = this;
    for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === "function") Reflect.apply(listener, this, [event]);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

class AbortSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  onabort = null;
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  static abort(reason) {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
  static timeout(delay) {
    const controller = new AbortController();
    timers.setTimeout(() => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")), delay).unref();
    return controller.signal;
  }
}

class AbortController {
  signal = new AbortSignal();
  abort(reason = new DOMException("This operation was aborted", "AbortError")) {
    const { signal } = this;
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason;
    const event = new Event("abort");
    signal.onabort?.(event);
    signal.dispatchEvent(event);
  }
}

/** Copies what structuredClone copies, as far as plain data goes. */
function structuredClone(value, { transfer = [] } = {}) {
  if (transfer.length > 0) throw require("./module.cjs").lacks("structuredClone with `transfer`");
  const copies = new Map();
  const refuse = (what) => {
    throw new DOMException(`${what} could not be cloned.`, "DataCloneError");
  };
  const copy = (source) => {
    if (typeof source === "symbol" || typeof source === "function") refuse(String(source));
    if (typeof source !== "object" || source === null) return source;
    if (copies.has(source)) return copies.get(source);
    const keep = (target) => {
      copies.set(source, target);
      return target;
    };
    const [kind] = natives.describe(source);
    if (kind === "date") return keep(new Date(source.getTime()));
    if (kind === "regexp") return keep(new RegExp(source.source, source.flags));
    if (kind === "arraybuffer") return keep(source.slice(0));
    if (kind === "dataview") return keep(new DataView(copy(source.buffer), source.byteOffset, source.byteLength));
    if (ArrayBuffer.isView(source)) {
      const { [Symbol.toStringTag]: name } = source;
      return keep(new globalThis[name](copy(source.buffer), source.byteOffset, source.length));
    }
    if (kind === "map") {
      const target = keep(new Map());
      for (const [key, item] of source) target.set(copy(key), copy(item));
      return target;
    }
    if (kind === "set") {
      const target = keep(new Set());
      for (const item of source) target.add(copy(item));
      return target;
    }
    if (kind === "error") {
      const Constructor = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }[source.name] ?? Error;
      const target = keep(new Constructor(source.message));
      target.stack = source.stack;
      if (Object.hasOwn(source, "cause")) target.cause = copy(source.cause);
      return target;
    }
    if (kind !== null) refuse(`#<${kind}>`);
    const target = keep(Array.isArray(source) ? Array.from({ length: source.length }) : {});
    for (const key of Object.keys(source)) target[key] = copy(source[key]);
    return target;
  };
  return copy(value);
}

/** The stack of an error begins with its name and message, as in V8. */
function prepareStackTrace(error, frames) {
  const places = frames.map((frame) => {
    const name = frame.getFunctionName();
    const line = frame.getLineNumber();
    const place = line ? `${frame.getFileName()}:${line}:${frame.getColumnNumber()}` : (frame.getFileName() ?? "native");
    return name ? `\n    at ${name} (${place})` : `\n    at ${place}`;
  });
  return `${headOf(error)}${places.join("")}`;
}

function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** Defines the globals. */
exports.define = () => {
  Error.prepareStackTrace = prepareStackTrace;
  const { Buffer } = require("./buffer.cjs");
  const { URL, URLSearchParams } = require("./url.cjs");
  const values = { ...timers, AbortController, AbortSignal, Buffer, Event, EventTarget, TextDecoder, TextEncoder, URL, URLSearchParams };
  delete values.promises;
  Object.assign(values, { console: require("./console.cjs"), global: globalThis, performance, process, structuredClone });
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
  }
};
