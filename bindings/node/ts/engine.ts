import { gridError, nativeCall } from "./addon-errors.ts";
import type { NativeEngine } from "./addon.ts";
import { allowText } from "./allow.ts";
import { choiceArgument, optionsArgument, textArgument } from "./arguments.ts";
import { Builtins } from "./builtins.ts";
import { engineHandle, type EngineHandle } from "./engine/handle.ts";
import { EngineTools, inputOf } from "./engine/tools.ts";
import { ArgumentError } from "./errors.ts";
import { startHttpClient } from "./http.ts";
import type { JsonValue } from "./json.ts";
import { addon } from "./loader.ts";
import { ENGINE_OPTIONS, snakeKeys } from "./names.ts";
import type { EngineOptions } from "./options.ts";
import { PreparedQuery } from "./prepared.ts";
import { environmentProfile, optionProfile } from "./profile.ts";

/** Opens a named engine with options under the names of the crate, or with the defaults if there are none. */
type OpenNamed = (given: Record<string, unknown>, defaults: Record<string, unknown>) => NativeEngine;

/**
 * An embedded OPA/Rego policy engine.
 *
 * ```ts
 * const engine = new Engine();
 * engine.loadPolicy("authz.rego", 'package authz\nallow if input.user == "ann"');
 * engine.evaluate("data.authz.allow", { user: "ann" }); // true
 * engine.evaluate("data.authz.allow", { user: "bob" }); // undefined: no rule applies
 * ```
 */
export class Engine extends EngineTools {
  readonly #handle: EngineHandle;
  readonly #builtins: Builtins;

  /**
   * @throws {ArgumentError} an option is unknown or out of its range, or the name of a builtin is not allowed
   * @throws {AddonError} the native addon could not be loaded
   */
  constructor(options?: EngineOptions);
  constructor(options?: EngineOptions, open?: OpenNamed) {
    const { unsafeIntegers = "error", builtins, allow, profile, ...native } = optionsArgument(options, ENGINE_OPTIONS);
    const integers = choiceArgument(unsafeIntegers, ["error", "bigint"], "the option unsafeIntegers");
    if (open && builtins !== undefined) {
      throw new ArgumentError(
        "all worker threads share an engine of Engine.open, and its builtins would be functions of this thread alone: use new Engine",
      );
    }
    const checkedBuiltins = new Builtins(builtins, integers);
    const { Engine: Native } = addon();
    const allowed = allow === undefined ? {} : { allow: allowText(allow) };
    if (allow?.httpSend !== undefined) startHttpClient();
    const given = { ...snakeKeys(optionProfile(profile)?.engine ?? {}), ...snakeKeys(native), ...allowed };
    const defaults = snakeKeys(environmentProfile()?.engine ?? {});
    const make = () => new Native({ ...defaults, ...given }, checkedBuiltins.entries);
    const handle = engineHandle(
      nativeCall(() => (open ? open(given, defaults) : make())),
      integers,
    );
    super(handle);
    this.#handle = handle;
    this.#builtins = checkedBuiltins;
  }

  /**
   * The engine of this name, the same in every worker thread: its policies and data exist once. The first call makes it; a call without
   * options accepts it as it is.
   *
   * @throws {ArgumentError} the engine is open with other options, the options have `builtins`, or as the constructor
   */
  static open(name: string, options?: EngineOptions): Engine {
    textArgument(name, "the engine's name");
    const open: OpenNamed = (given, defaults) =>
      Object.keys(given).length > 0
        ? addon().Engine.open(name, { ...defaults, ...given }, defaults)
        : addon().Engine.open(name, undefined, defaults);
    return new (Engine as unknown as new (...args: unknown[]) => Engine)(options, open);
  }

  /**
   * Removes a name from the map of engines; returns whether it was there. Open handles keep the old engine, and the next
   * {@link open} of the name makes a new one.
   */
  static forget(name: string): boolean {
    textArgument(name, "the engine's name");
    return nativeCall(() => addon().Engine.forget(name));
  }

  /**
   * Evaluates a rule (`data.authz.allow`) or a query.
   *
   * Integers of the result are never rounded: for integers beyond 2^53 see the option `unsafeIntegers`; {@link evaluateJson} keeps their
   * digits. Rego sets are sorted arrays.
   *
   * @param input the input document. Left out or undefined: there is no `input`; null is an input. Members
   * that are undefined are left out, as by `JSON.stringify`; other values that JSON cannot represent are an error, never dropped
   * @returns the value, or undefined if Rego's answer is undefined, which is not false
   * @throws {InputError} JSON cannot represent the input (NaN, a BigInt, a Map, a cycle, ...); the message names the place
   * @throws {EvaluationError} a builtin of your own threw, and its error is the `cause`; or the evaluation failed, with `file`, `line` and
   * `column` if known; or the answer has an integer that exceeds a JavaScript number
   * @throws {CompileError} the query does not compile
   * @throws {ArgumentError} the query has several answers
   * @throws {LimitError} a limit was reached
   */
  evaluate<T = JsonValue>(ruleOrQuery: string, input?: unknown): T | undefined {
    const calls = this.#handle.hot();
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    return this.#handle.parsed(this.#builtins.run((dispatch) => calls.evaluate(ruleOrQuery, text, dispatch))) as T | undefined;
  }

  /**
   * As {@link evaluate}, with JSON text in and out. Integers keep their digits.
   *
   * @param inputText the input document as JSON text; left out or undefined: there is no `input`
   * @returns the value as compact JSON text, or undefined if Rego's answer is undefined
   * @throws {InputError} the text is not valid JSON; `line` and `column` say where
   */
  evaluateJson(ruleOrQuery: string, inputText?: string): string | undefined {
    const calls = this.#handle.hot();
    textArgument(ruleOrQuery, "the rule or query");
    if (inputText !== undefined) textArgument(inputText, "the input text");
    return this.#builtins.run((dispatch) => calls.evaluate(ruleOrQuery, inputText, dispatch));
  }

  /**
   * As {@link evaluate}, on a thread of libuv's pool, with the policies and data at the time when the thread begins.
   *
   * @param options.signal aborts an evaluation that has not begun; `maxEvaluationMs` ends one that runs
   * @throws {ArgumentError} the loaded policies or the query call a builtin of your own, which is a function of this thread
   */
  async evaluateAsync<T = JsonValue>(ruleOrQuery: string, input?: unknown, options: { signal?: AbortSignal } = {}): Promise<T | undefined> {
    const native = this.#handle.native();
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    const { signal } = options;
    signal?.throwIfAborted();
    try {
      return this.#handle.parsed(await native.evaluateAsync(ruleOrQuery, text, signal)) as T | undefined;
    } catch (error) {
      signal?.throwIfAborted();
      throw gridError(error);
    }
  }

  /**
   * Evaluates a rule or query that is true or false.
   *
   * @param options.undefined the result for undefined; left out: it is an error
   * @throws {EvaluationError} the answer is neither, or as {@link evaluate}
   */
  test(ruleOrQuery: string, input?: unknown, options: { undefined?: boolean } = {}): boolean {
    const calls = this.#handle.hot();
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    return this.#builtins.run((dispatch) => calls.test(ruleOrQuery, text, options.undefined, dispatch));
  }

  /**
   * Evaluates a query of any number of expressions and answers, such as `some user in data.users; user.admin`, and returns the
   * variables of each answer. A query without variables has one empty answer if it holds; a query that does not hold has no answer.
   */
  query<T = Record<string, JsonValue>>(query: string, input?: unknown): T[] {
    const calls = this.#handle.hot();
    textArgument(query, "the query");
    const text = inputOf(input);
    return this.#handle.parsed(this.#builtins.run((dispatch) => calls.query(query, text, dispatch))) as T[];
  }

  /**
   * A handle for a rule or query that is evaluated many times; policies and data may change meanwhile.
   *
   * @throws {CompileError} the query does not compile with the loaded policies
   */
  prepare(ruleOrQuery: string): PreparedQuery {
    const native = this.#handle.native();
    textArgument(ruleOrQuery, "the rule or query");
    nativeCall(() => native.checkQuery(ruleOrQuery));
    return new PreparedQuery(this, ruleOrQuery);
  }

  /**
   * Closes this engine: all calls except this one throw an {@link ArgumentError}, and so do those of its prepared queries. Its memory is
   * freed at once, except what running evaluations use. For an {@link Engine.open} it closes this handle alone: policies and data stay until
   * the name is forgotten and no handle is open.
   */
  close(): void {
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
