import { EvaluationError, InputError } from "./errors.ts";

/** A value that JSON can represent. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** A fault in a document, and the keys of its place. */
interface Fault {
  path: string;
  text: string;
}

// Deeper is a cycle or a mistake; the engine's own limit is lower.
const MAX_DEPTH = 1000;
const MAX_PATH = 200;

/**
 * Writes a document as JSON text, and throws an {@link InputError} if `JSON.stringify` would silently drop or change a value: a policy must
 * not decide on less than the caller passed.
 */
export function jsonText(value: unknown, name: string): string {
  let fault: Fault | undefined;
  let text: string | undefined;
  try {
    fault = findFault(value, 0);
    if (!fault) text = JSON.stringify(value);
  } catch (error) {
    // A getter or a toJSON of the caller threw.
    throw new InputError(`${name} could not be read: ${String(error)}`, { cause: error });
  }
  if (fault) throw new InputError(`${name}${fault.path} ${fault.text}`);
  if (text === undefined) throw new InputError(`${name} is not a value that JSON can say`);
  return text;
}

/** The result for integers of an answer that exceed a JavaScript number: an {@link EvaluationError}, or a BigInt. */
export type UnsafeIntegers = "error" | "bigint";

/** Reads JSON text of the engine. No integer is rounded: `unsafeIntegers` applies beyond 2^53. */
export function parseAnswer(text: string, unsafeIntegers: UnsafeIntegers, what = "the answer"): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  const mark = unusedMark(text);
  let found = false;
  const marked = text.replace(STRING_OR_INTEGER, (part) => {
    if (part.startsWith('"') || Number.isSafeInteger(Number(part))) return part;
    if (unsafeIntegers === "error") throw unsafeInteger(part, what);
    found = true;
    return `"${mark}${part}"`;
  });
  if (!found) return JSON.parse(text);
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

function unsafeInteger(digits: string, what: string): EvaluationError {
  return new EvaluationError(
    `${what} holds the integer ${digits.slice(0, MAX_PATH)}, which a JavaScript number does not: open the engine with unsafeIntegers: "bigint", ask evaluateJson for its digits, or make it a string in the policy`,
  );
}

/** A prefix of no string in the answer. */
function unusedMark(text: string): string {
  let mark = "int:";
  while (text.includes(`"${mark}`)) mark += ":";
  return mark;
}

const LONG_INTEGER = /\d{16}/;
// A string, or an integer that may be beyond 2^53; not a number with a fraction or an exponent.
const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** The first value that JSON cannot represent; undefined if there is none. */
function findFault(value: unknown, depth: number): Fault | undefined {
  switch (typeof value) {
    case "boolean":
      return undefined;
    case "string":
      return value.isWellFormed() ? undefined : { path: "", text: "holds half of a surrogate pair; see String.toWellFormed" };
    case "number":
      return Number.isFinite(value) ? undefined : { path: "", text: `is ${value}, which JSON cannot say; give a finite number or null` };
    case "object":
      return value === null ? undefined : faultOfObject(value, depth);
    case "undefined":
      return { path: "", text: "is undefined, which JSON cannot say; give null or leave it out" };
    case "bigint":
      return { path: "", text: "is a BigInt; give a number or a string" };
    default:
      return { path: "", text: `is a ${typeof value}, which JSON cannot say` };
  }
}

/** The first fault inside an object or array. */
function faultOfObject(value: object, depth: number): Fault | undefined {
  if (depth === MAX_DEPTH) {
    return { path: "", text: `is nested deeper than ${MAX_DEPTH} levels or contains itself` };
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = findFault(value[index], depth + 1);
      if (fault) return under(`[${index}]`, fault);
    }
    return undefined;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return findFault(value.toJSON(), depth + 1);
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const kind = Object.prototype.toString.call(value);
    // Map, Set, RegExp, typed arrays, ...: JSON.stringify writes them as {} or as index maps.
    if (kind !== "[object Object]") {
      return { path: "", text: `is a ${kind.slice(8, -1)}; give a plain object or array` };
    }
  }
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    const fault = findFault(member, depth + 1);
    if (fault) return under(`.${key}`, fault);
  }
  return undefined;
}

/** Puts a key before the path of a fault; a long path is cut at its inner end. */
function under(key: string, { path, text }: Fault): Fault {
  const full = key + path;
  return { path: full.length > MAX_PATH ? `${full.slice(0, MAX_PATH)}…` : full, text };
}
