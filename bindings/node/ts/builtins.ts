import { gridError } from "./addon-errors.ts";
import type { BuiltinEntry, Dispatch } from "./addon.ts";
import { ArgumentError, EvaluationError } from "./errors.ts";
import { describe, optionsArgument } from "./arguments.ts";
import { jsonText, parseAnswer, type UnsafeIntegers } from "./json.ts";

/**
 * A builtin of your own: policies call it by its name, like a builtin of OPA.
 *
 * It runs on the thread that made the engine, inside the evaluation that calls it, and may query and change engines. An error that it
 * throws ends the evaluation with an EvaluationError that has the error as its `cause`; no `not` in a policy turns it into an answer.
 */
export interface Builtin {
  /** The number of its arguments, 0 to 8. A call with another number does not compile. */
  args: number;
  /**
   * Whether its answer depends on its arguments alone, so that decisions that use it may be cached (`decisionCacheBytes`). Default: false.
   */
  pure?: boolean;
  /**
   * Takes JSON values and returns one; undefined is Rego's undefined. `unsafeIntegers` applies to integers beyond 2^53. A Promise is an
   * error: an evaluation does not wait.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- The function checks the values of a policy, as with JSON.parse.
  fn: (...args: any[]) => unknown;
}

const BUILTIN = { args: "number", pure: "boolean", fn: "function" } as const;

/** The builtins of one engine, as the addon calls them. */
export class Builtins {
  readonly entries: BuiltinEntry[] = [];
  readonly #functions: Builtin["fn"][] = [];
  readonly #unsafeIntegers: UnsafeIntegers;
  /** The error that a builtin threw in the current evaluation; evaluations nest. */
  #thrown: { error: unknown } | undefined;

  constructor(given: Readonly<Record<string, Builtin>> | undefined, unsafeIntegers: UnsafeIntegers) {
    this.#unsafeIntegers = unsafeIntegers;
    for (const [name, builtin] of Object.entries(given ?? {})) {
      if (typeof builtin !== "object" || builtin === null) {
        throw new ArgumentError(`the builtin ${name} must be an object with args and fn; got ${describe(builtin)}`);
      }
      const { args, pure = false, fn } = optionsArgument(builtin, BUILTIN);
      // The crate knows the maximum.
      if (!Number.isInteger(args) || args < 0 || args > 255) {
        throw new ArgumentError(`args of the builtin ${name} must be a whole number from 0 to 8; got ${String(args)}`);
      }
      if (fn === undefined) throw new ArgumentError(`fn of the builtin ${name} must be a function`);
      this.entries.push({ name, args, pure });
      this.#functions.push(fn);
    }
  }

  /** Runs an evaluating call of the addon; a thrown error becomes a GridError with the error of a builtin as its cause. */
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

  // Other failures, such as a limit, precede the failure of a builtin.
  #caused(error: Error): Error {
    if (this.#thrown && error instanceof EvaluationError) {
      Object.defineProperty(error, "cause", { value: this.#thrown.error, writable: true, configurable: true });
    }
    return error;
  }

  // The form of `Dispatch` in src/builtins.rs. It throws only if the stack is exhausted.
  readonly #dispatch: Dispatch = (place, text) => {
    try {
      const args = parseAnswer(text, this.#unsafeIntegers, "an argument") as unknown[];
      const fn = this.#functions[place]!;
      const value: unknown = fn(...args);
      if (isPromise(value)) {
        // The Promise is discarded: without a handler its rejection would end the process.
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
 * Throws V8's own RangeError if the stack is nearly exhausted. The addon does not know that limit: it would call a builtin past it, and V8
 * would end the process.
 */
function needStack(): void {
  nothing(...STACK);
}

function nothing(..._values: readonly number[]): void {}

// As arguments they take 64 KiB of stack, or 32 KiB with pointers of 32 bits: many times the stack of a call into the addon and back.
const STACK: readonly number[] = Array.from({ length: 8192 }, () => 0);

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

// An error of the caller may have no text, or throw when it is converted.
function textOf(error: unknown): string {
  try {
    return String(error).toWellFormed();
  } catch {
    return "it threw what has no text";
  }
}
