import { types as kinds } from "node:util";
import { ArgumentError } from "./errors.ts";

/** Returns a text argument, or throws an {@link ArgumentError} that names it. */
export function textArgument(value: unknown, name: string): string {
  if (typeof value !== "string") {
    throw new ArgumentError(`${name} must be a string; got ${describe(value)}`);
  }
  // UTF-8 has no such text: it would change in transit, and two keys could become one.
  if (!value.isWellFormed()) {
    throw new ArgumentError(`${name} holds half of a surrogate pair; see String.toWellFormed`);
  }
  return value;
}

/** Whether a value is a Uint8Array of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return kinds.isUint8Array(value);
}

/**
 * Returns an argument that is bytes, or throws an {@link ArgumentError} that names it. Check it last: code of the caller, such as a getter
 * of the options, may detach the bytes.
 */
export function bytesArgument(value: unknown, name: string): Uint8Array {
  if (!isBytes(value)) throw new ArgumentError(`${name} must be bytes, a Buffer or Uint8Array; got ${describe(value)}`);
  if (value.length === 0 && isGone(value)) {
    throw new ArgumentError(`${name} has lost its bytes: their buffer was transferred, or resized to less`);
  }
  return value;
}

/** Whether the bytes of an array were detached or are now beyond the end of their buffer: both have a length of 0. */
function isGone(bytes: Uint8Array): boolean {
  try {
    Reflect.apply(at, bytes, [0]);
    return false;
  } catch {
    return true;
  }
}

// The property of an array itself may be another function.
const { at } = Uint8Array.prototype;

/** The type of each option. */
type Types<T> = Record<keyof T & string, "number" | "number or null" | "boolean" | "string" | "object" | "function">;

/**
 * Returns checked options. An unknown key is an error, so that a typing error lifts no limit. The crates check the ranges.
 */
export function optionsArgument<T extends object>(options: T | undefined, types: Types<T>): T {
  if (options === undefined) return {} as T;
  if (typeof options !== "object" || options === null) {
    throw new ArgumentError(`options must be an object; got ${describe(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(types, key)) {
      const known = Object.keys(types).join(", ");
      throw new ArgumentError(`there is no option ${key}; the options are ${known}`);
    }
    const value = options[key as keyof T];
    const type = types[key as keyof Types<T>];
    if (value !== undefined && !hasType(value, type)) {
      throw new ArgumentError(`the option ${key} must be ${type === "object" ? "an" : "a"} ${type}; got ${describe(value)}`);
    }
  }
  return options;
}

/** Whether a value has the type of an option; null is not an object. */
function hasType(value: unknown, type: string): boolean {
  return value === null ? type === "number or null" : typeof value === type || (type === "number or null" && typeof value === "number");
}

/** Returns an argument that is one of the choices. */
export function choiceArgument<T extends string>(value: unknown, choices: readonly T[], name: string): T {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new ArgumentError(`${name} must be ${choices.join(" or ")}; got ${String(value)}`);
  return choice;
}

/** Names the type of a value for a message. */
export function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
