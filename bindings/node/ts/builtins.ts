import { gridError } from "./addon-errors.ts";
import type { BuiltinEntry, Dispatch } from "./addon.ts";
import { ArgumentError, EvaluationError } from "./errors.ts";
import { describe, optionsArgument } from "./arguments.ts";
import { jsonText, parseAnswer, type UnsafeIntegers } from "./json.ts";

/**
 * A builtin of one's own: policies call it by its name, as any of OPA's.
 *
 * It runs on the thread that made the engine, inside of the evaluation that calls it, and may ask and change engines. What it throws
 * ends the evaluation with an EvaluationError whose `cause` is that very error; no `not` in a policy makes an answer of it.
 */
export interface Builtin {
  /** How many arguments it takes, 0 to 8. A call with another number does not compile. */
  args: number;
  /**
   * Whether its answer is that of its arguments alone, so that `decisionCacheBytes` may keep decisions that rest on it. Default: false.
   */
  pure?: boolean;
  /**
   * Takes arguments as JSON values, and returns one; undefined is Rego's undefined. Integers beyond 2^53 are as `unsafeIntegers` says. A
   * Promise is an error: an evaluation does not wait.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- What a policy gives is for the function to judge, as with JSON.parse.
  fn: (...args: any[]) => unknown;
}

const BUILTIN = { args: "number", pure: "boolean", fn: "function" } as const;

/** The builtins of one engine, as the addon calls them. */
export class Builtins {
  readonly entries: BuiltinEntry[] = [];
  readonly #functions: Builtin["fn"][] = [];
  readonly #unsafeIntegers: UnsafeIntegers;
  /** What a builtin threw in the evaluation at hand, of which there is one for each that nests in another. */
  #thrown: { error: unknown } | undefined;

  constructor(given: Readonly<Record<string, Builtin>> | undefined, unsafeIntegers: UnsafeIntegers) {
    this.#unsafeIntegers = unsafeIntegers;
    for (const [name, builtin] of Object.entries(given ?? {})) {
      if (typeof builtin !== "object" || builtin === null) {
        throw new ArgumentError(`the builtin ${name} must be an object with args and fn; got ${describe(builtin)}`);
      }
      const { args, pure = false, fn } = optionsArgument(builtin, BUILTIN);
      // The most is the crate's to know.
      if (!Number.isInteger(args) || args < 0 || args > 255) {
        throw new ArgumentError(`args of the builtin ${name} must be a whole number from 0 to 8; got ${String(args)}`);
      }
      if (fn === undefined) throw new ArgumentError(`fn of the builtin ${name} must be a function`);
      this.entries.push({ name, args, pure });
      this.#functions.push(fn);
    }
  }

  /** Runs a call into the addon that evaluates; what it throws becomes a GridError, with the error of a builtin for its cause. */
  run<T>(call: (dispatch: Dispatch | undefined) => T): T {
    const dispatch = this.entries.length > 0 ? this.#dispatch : undefined;
    if (dispatch) needStack();
    const outer = this.#thrown;
    this.#thrown = undefined;
    try {
      return call(dispatch);
    } catch (error) {
      throw this.#caused(gridError(error));
    } finally {
      this.#thrown = outer;
    }
  }

  // Other failures, of a limit say, come before that of a builtin.
  #caused(error: Error): Error {
    if (this.#thrown && error instanceof EvaluationError) {
      Object.defineProperty(error, "cause", { value: this.#thrown.error, writable: true, configurable: true });
    }
    return error;
  }

  // Its form is that of `Dispatch` in src/builtins.rs. It throws nothing, save that the stack is at its end.
  readonly #dispatch: Dispatch = (place, text) => {
    try {
      const args = parseAnswer(text, this.#unsafeIntegers, "an argument") as unknown[];
      const fn = this.#functions[place]!;
      const value: unknown = fn(...args);
      if (isPromise(value)) {
        // It is discarded: without this its rejection would end the process.
        value.then(undefined, () => undefined);
        return "!it returned a Promise, and an evaluation does not wait; ask before it and pass the answer as input or data";
      }
      return value === undefined ? "?" : `=${jsonText(value, "the answer")}`;
    } catch (error) {
      this.#thrown = { error };
      return `!${textOf(error)}`;
    }
  };
}

/**
 * Throws V8's own RangeError where its stack is nearly at its end. The addon, which knows nothing of that end, would else call a builtin
 * behind it, and V8 would end the process.
 */
function needStack(): void {
  nothing(...STACK);
}

function nothing(..._values: readonly number[]): void {}

// As arguments they take 64 KiB of stack, or 32 KiB where pointers have 32 bits: many times what a call to and fro takes.
const STACK: readonly number[] = Array.from({ length: 8192 }, () => 0);

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

// An error of the caller's may have no text, or throw at the question.
function textOf(error: unknown): string {
  try {
    return String(error).toWellFormed();
  } catch {
    return "it threw what has no text";
  }
}
