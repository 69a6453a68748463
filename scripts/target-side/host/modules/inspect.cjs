// util.inspect and util.format, as far as logs of smoke scripts need them.

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const WIDTH = 72;
const LONGEST = 100;

const isIdentifier = (text) => /^[A-Za-z_$][\w$]*$/.test(text);

/** A text in quotes, of the kind that it does not contain. */
function quote(text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
  const escaped = text.replace(/[\\\n\r\t\b\f\v\u0000-\u001f]/g, (letter) => {
    const known = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v" }[letter];
    return known ?? `\\x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

const keyText = (key) => (typeof key === "symbol" ? `[${String(key)}]` : isIdentifier(key) ? key : quote(key));

function primitive(value) {
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The name of the class of an object; null for one without a prototype. */
function className(value) {
  for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
    const found = Object.getOwnPropertyDescriptor(object, "constructor");
    if (typeof found?.value === "function" && found.value.name !== "") return found.value.name;
  }
  return null;
}

/** Joins parts in one line, or in several if they are long. */
function enclose(prefix, [open, close], parts, indent) {
  if (parts.length === 0) return `${prefix}${open}${close}`;
  const line = `${prefix}${open} ${parts.join(", ")} ${close}`;
  if (line.length <= WIDTH && !line.includes("\n")) return line;
  const inner = `${indent}  `;
  return `${prefix}${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

/** What is between the braces, before the properties: the items of collections. */
function itemsOf(value, kind, print) {
  const more = (items, total) => (total > LONGEST ? [...items.slice(0, LONGEST), `... ${total - LONGEST} more items`] : items);
  if (Array.isArray(value))
    return more(
      Array.from(value.slice(0, LONGEST + 1), (item, index) => (index in value ? print(item) : "<empty>")),
      value.length,
    );
  if (kind === "map")
    return more(
      [...value].map(([key, item]) => `${print(key)} => ${print(item)}`),
      value.size,
    );
  if (kind === "set") return more([...value].map(print), value.size);
  if (ArrayBuffer.isView(value) && kind !== "dataview") return more([...value.subarray(0, LONGEST + 1)].map(print), value.length);
  return [];
}

function propertyText(value, key, print) {
  const found = Object.getOwnPropertyDescriptor(value, key);
  if (found?.get) return found.set ? "[Getter/Setter]" : "[Getter]";
  return found?.set ? "[Setter]" : print(found?.value);
}

/** The stack of an error, or its name and message. */
function errorText(error) {
  const head = `${error.name ?? "Error"}${error.message ? `: ${error.message}` : ""}`;
  const stack = typeof error.stack === "string" ? error.stack : "";
  if (stack === "") return `[${head}]`;
  return stack.startsWith("    at") || !stack.includes(error.message ?? "") ? `${head}\n${stack}` : stack.trimEnd();
}

function prefixOf(value, kind) {
  const name = className(value);
  const tag = value[Symbol.toStringTag];
  const size =
    kind === "map" || kind === "set" ? `(${value.size})` : ArrayBuffer.isView(value) && kind !== "dataview" ? `(${value.length})` : "";
  const label = name ?? "[Object: null prototype]";
  if (Array.isArray(value)) return label === "Array" ? "" : `${label}(${value.length}) `;
  if (label === "Object" && !tag) return "";
  return `${label}${size}${typeof tag === "string" && tag !== "" && tag !== name && size === "" ? ` [${tag}]` : ""} `;
}

function functionText(value) {
  const source = Function.prototype.toString.call(value);
  const kind = /^class\b/.test(source) ? "class" : (className(value) ?? "Function");
  return kind === "class" ? `[class ${value.name || "(anonymous)"}]` : `[${kind}${value.name ? `: ${value.name}` : " (anonymous)"}]`;
}

/** The text of a value; `seen` are the objects around it. */
function show(value, options, depth, seen, indent) {
  if (typeof value !== "function" && (typeof value !== "object" || value === null)) return primitive(value);
  if (seen.includes(value)) return "[Circular *1]";
  const [kind, first, second] = natives.describe(value);
  if (kind === "proxy") return show(first, options, depth, seen, indent);
  if (kind === "external") return "[External]";
  const custom = value[CUSTOM];
  if (typeof custom === "function" && options.customInspect !== false) {
    const result = Reflect.apply(custom, value, [options.depth - depth, options, exports.formatWith]);
    if (typeof result === "string") return result;
    if (result !== value) return show(result, options, depth, seen, indent);
  }
  const print = (item) => show(item, options, depth + 1, [...seen, value], `${indent}  `);
  const isIndexed = Array.isArray(value) || (ArrayBuffer.isView(value) && kind !== "dataview");
  const keys = Reflect.ownKeys(value).filter((key) => {
    if (isIndexed && typeof key === "string" && /^\d+$/.test(key)) return false;
    return options.showHidden || Object.getOwnPropertyDescriptor(value, key)?.enumerable;
  });
  const properties = () => keys.map((key) => `${keyText(key)}: ${propertyText(value, key, print)}`);
  const withProperties = (text) => (keys.length === 0 ? text : enclose(`${text} `, ["{", "}"], properties(), indent));
  if (kind === "error") {
    const cause = Object.hasOwn(value, "cause") ? [`[cause]: ${print(value.cause)}`] : [];
    const own = keys
      .filter((key) => key !== "cause" && key !== "stack" && key !== "message")
      .map((key) => `${keyText(key)}: ${propertyText(value, key, print)}`);
    const errors = Array.isArray(value.errors) ? [`[errors]: ${print(value.errors)}`] : [];
    const parts = [...own, ...cause, ...errors];
    return parts.length === 0
      ? errorText(value)
      : `${errorText(value)} {\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}}`;
  }
  if (typeof value === "function") return withProperties(functionText(value));
  if (kind === "date") return withProperties(Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString());
  if (kind === "regexp") return withProperties(RegExp.prototype.toString.call(value));
  if (depth > options.depth) return Array.isArray(value) ? "[Array]" : `[${className(value) ?? "Object: null prototype"}]`;
  if (kind === "promise") {
    const state = first === 0 ? "<pending>" : first === 1 ? print(second) : `<rejected> ${print(second)}`;
    return enclose("Promise ", ["{", "}"], [state, ...properties()], indent);
  }
  if (kind === "arraybuffer") return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  if (kind === "weakmap" || kind === "weakset") return `${className(value)} { <items unknown> }`;
  for (const Boxed of [Number, String, Boolean, Symbol, BigInt]) {
    if (value instanceof Boxed && typeof value.valueOf() !== "object") return `[${Boxed.name}: ${primitive(value.valueOf())}]`;
  }
  return enclose(prefixOf(value, kind), isIndexed ? ["[", "]"] : ["{", "}"], [...itemsOf(value, kind, print), ...properties()], indent);
}

const DEFAULTS = { depth: 2, showHidden: false };

exports.formatWith = (value, options = {}) => {
  const given = typeof options === "object" && options !== null ? options : { showHidden: options };
  const depth = given.depth === null ? Infinity : (given.depth ?? DEFAULTS.depth);
  return show(value, { ...DEFAULTS, ...given, depth }, 0, [], "");
};
exports.formatWith.custom = CUSTOM;
exports.formatWith.defaultOptions = DEFAULTS;

/** The text of an uncaught value. */
exports.describe = (value) => exports.formatWith(value);

/** util.format: `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O`, `%c`, `%%`; the rest is joined by spaces. */
exports.format = (first, ...rest) => {
  const asText = (value) => (typeof value === "string" ? value : exports.formatWith(value));
  if (typeof first !== "string") return [first, ...rest].map(asText).join(" ");
  let next = 0;
  const text = first.replace(/%([sdifjoOc%])/g, (whole, kind) => {
    if (kind === "%") return rest.length === 0 ? whole : "%";
    if (next >= rest.length) return whole;
    const value = rest[next++];
    if (kind === "s")
      return typeof value === "string" ? value : typeof value === "object" ? exports.formatWith(value, { depth: 0 }) : primitive(value);
    if (kind === "d") return typeof value === "bigint" ? `${value}n` : String(typeof value === "symbol" ? Number.NaN : Number(value));
    if (kind === "i") return typeof value === "bigint" ? `${value}n` : String(Number.parseInt(value, 10));
    if (kind === "f") return String(Number.parseFloat(value));
    if (kind === "j") return JSON.stringify(value);
    return kind === "c" ? "" : exports.formatWith(value, { depth: kind === "o" ? 4 : 2 });
  });
  return [text, ...rest.slice(next).map(asText)].join(" ");
};
