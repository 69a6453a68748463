import { EvaluationError, InputError } from "./errors.ts";

/** A value that JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** What is wrong in a document, and under which keys. */
interface Flaw {
  path: string;
  text: string;
}

// Deeper is a cycle or a mistake; the engine's own limit is lower.
const MAX_DEPTH = 1000;
const MAX_PATH = 200;

/**
 * Writes a document as JSON text, and throws an {@link InputError} where `JSON.stringify` would drop or change a value
 * without a word: a policy must not decide on less than the caller gave.
 */
export function jsonText(value: unknown, name: string): string {
  let flaw: Flaw | undefined;
  let text: string | undefined;
  try {
    flaw = findFlaw(value, 0);
    if (!flaw) text = JSON.stringify(value);
  } catch (error) {
    // A getter or a toJSON of the caller's threw.
    throw new InputError(`${name} could not be read: ${String(error)}`, { cause: error });
  }
  if (flaw) throw new InputError(`${name}${flaw.path} ${flaw.text}`);
  if (text === undefined) throw new InputError(`${name} is not a value that JSON can say`);
  return text;
}

/** What becomes of integers of an answer that a JavaScript number does not hold: an {@link EvaluationError}, or a BigInt. */
export type UnsafeIntegers = "error" | "bigint";

/** Reads the engine's answer, or what else comes from it. No integer is rounded: one beyond 2^53 is what `unsafeIntegers` says. */
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

/** A text that no string of the answer begins with. */
function unusedMark(text: string): string {
  let mark = "int:";
  while (text.includes(`"${mark}`)) mark += ":";
  return mark;
}

const LONG_INTEGER = /\d{16}/;
// A string, or an integer that may be beyond 2^53; a number with a fraction or an exponent is none.
const STRING_OR_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** The first value that JSON cannot say; undefined if there is none. */
function findFlaw(value: unknown, depth: number): Flaw | undefined {
  switch (typeof value) {
    case "boolean":
      return undefined;
    case "string":
      return value.isWellFormed() ? undefined : { path: "", text: "holds half of a surrogate pair; see String.toWellFormed" };
    case "number":
      return Number.isFinite(value) ? undefined : { path: "", text: `is ${value}, which JSON cannot say; give a finite number or null` };
    case "object":
      return value === null ? undefined : flawOfObject(value, depth);
    case "undefined":
      return { path: "", text: "is undefined, which JSON cannot say; give null or leave it out" };
    case "bigint":
      return { path: "", text: "is a BigInt; give a number or a string" };
    default:
      return { path: "", text: `is a ${typeof value}, which JSON cannot say` };
  }
}

/** The first flaw inside an object or array. */
function flawOfObject(value: object, depth: number): Flaw | undefined {
  if (depth === MAX_DEPTH) {
    return { path: "", text: `is nested deeper than ${MAX_DEPTH} levels or contains itself` };
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const flaw = findFlaw(value[index], depth + 1);
      if (flaw) return under(`[${index}]`, flaw);
    }
    return undefined;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return findFlaw(value.toJSON(), depth + 1);
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
    const flaw = findFlaw(member, depth + 1);
    if (flaw) return under(`.${key}`, flaw);
  }
  return undefined;
}

/** Puts a key before the path of a flaw; of a long path only the outer end is kept. */
function under(key: string, { path, text }: Flaw): Flaw {
  const whole = key + path;
  return { path: whole.length > MAX_PATH ? `${whole.slice(0, MAX_PATH)}…` : whole, text };
}
