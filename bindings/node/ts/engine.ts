import { gridError, type HotEngineCalls, nativeCall, type NativeEngine } from "./addon.ts";
import { type BundleOptions, bundleOptionsText, type LoadedBundle } from "./bundle.ts";
import { Builtins } from "./builtins.ts";
import { bytesArgument, choiceArgument, optionsArgument, textArgument } from "./arguments.ts";
import { type JsonValue, jsonText, parseAnswer, type UnsafeIntegers } from "./json.ts";
import { ArgumentError } from "./errors.ts";
import { addon } from "./loader.ts";
import { lacking } from "./features.ts";
import { ENGINE_OPTIONS, type EngineOptions, snakeKeys } from "./options.ts";
import { environmentProfile, optionProfile } from "./profile.ts";
import { PreparedQuery } from "./prepared.ts";
import {
  coverage,
  type Coverage,
  type Diagnostic,
  runTests,
  type TestOptions,
  type TestReport,
  trace,
  type Trace,
  type TraceOptions,
  validate,
} from "./report.ts";

/** Opens a named engine with options under the crate's names, or where none are given one with the defaults. */
type OpenNamed = (given: Record<string, unknown>, defaults: Record<string, unknown>) => NativeEngine;

/**
 * An embedded OPA/Rego policy engine.
 *
 * ```ts
 * const engine = new Engine();
 * engine.loadPolicy("authz.rego", 'package authz\nallow if input.user == "ann"');
 * engine.evaluate("data.authz.allow", { user: "ann" }); // true
 * engine.evaluate("data.authz.allow", { user: "bob" }); // undefined: no rule says anything
 * ```
 */
export class Engine {
  readonly #native: NativeEngine;
  readonly #hot: HotEngineCalls;
  readonly #unsafeIntegers: UnsafeIntegers;
  readonly #builtins: Builtins;
  #closed = false;

  /**
   * @throws {ArgumentError} an option is unknown or out of its range, or a builtin has a name that it cannot have
   * @throws {AddonError} the native addon could not be loaded
   */
  constructor(options?: EngineOptions);
  constructor(options?: EngineOptions, open?: OpenNamed) {
    const { unsafeIntegers = "error", builtins, profile, ...native } = optionsArgument(options, ENGINE_OPTIONS);
    this.#unsafeIntegers = choiceArgument(unsafeIntegers, ["error", "bigint"], "the option unsafeIntegers");
    if (open && builtins !== undefined) {
      throw new ArgumentError(
        "an engine of Engine.open is one for all worker threads, and its builtins would be functions of this thread alone: use new Engine",
      );
    }
    this.#builtins = new Builtins(builtins, this.#unsafeIntegers);
    const { Engine: Native } = addon();
    const given = { ...snakeKeys(optionProfile(profile)?.engine ?? {}), ...snakeKeys(native) };
    const defaults = snakeKeys(environmentProfile()?.engine ?? {});
    const make = () => new Native({ ...defaults, ...given }, this.#builtins.entries);
    this.#native = nativeCall(() => (open ? open(given, defaults) : make()));
    this.#hot = nativeCall(() => this.#native.hotCalls());
  }

  /**
   * The engine of this name, the same in every worker thread: policies and data are there once. The first call makes it; without
   * options it is taken as it is.
   *
   * @throws {ArgumentError} the engine is open with other options, there are `builtins` among them, or as the constructor
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
   * Takes a name out of the map of engines; returns whether it was there. Open handles keep working on the old engine, and the next
   * {@link open} of the name makes a new one.
   */
  static forget(name: string): boolean {
    textArgument(name, "the engine's name");
    return nativeCall(() => addon().Engine.forget(name));
  }

  /** How many changes of policies and data there were: tells one serving set from another. */
  get revision(): number {
    const native = this.#open;
    return nativeCall(() => native.revision);
  }

  /**
   * Loads a policy, or replaces the one of that name in one step. Whatever it throws, the old set serves on.
   *
   * @param name names the policy in errors, by custom its path: 1 to 1024 bytes without control characters
   * @param source Rego source text
   * @throws {CompileError} the source does not compile; `file`, `line` and `column` say where
   * @throws {LimitError} the source is longer than `maxPolicyBytes` or nests deeper than `maxNesting`
   * @throws {ArgumentError} the name cannot be one
   */
  loadPolicy(name: string, source: string): void {
    const native = this.#open;
    textArgument(name, "the policy's name");
    textArgument(source, "the policy's source");
    nativeCall(() => native.loadPolicy(name, source));
  }

  /**
   * Loads several policies in one step, each under its name: all of them serve at once, or none does.
   *
   * @param policies source texts by name
   * @throws {CompileError} as {@link loadPolicy}; `file` says which one
   */
  loadPolicies(policies: Readonly<Record<string, string>>): void {
    const native = this.#open;
    if (typeof policies !== "object" || policies === null) throw new ArgumentError("policies must be an object of names and sources");
    const names = Object.keys(policies).map((name) => textArgument(name, "a policy's name"));
    const sources = names.map((name) => textArgument(policies[name], `the source of ${name}`));
    nativeCall(() => native.loadPolicies(names, sources));
  }

  /**
   * Removes a policy; returns whether it was there.
   *
   * @throws {CompileError} the other policies do not compile without it; the old set serves on
   */
  removePolicy(name: string): boolean {
    const native = this.#open;
    textArgument(name, "the policy's name");
    return nativeCall(() => native.removePolicy(name));
  }

  /** Says whether a policy of that name is loaded. */
  hasPolicy(name: string): boolean {
    const native = this.#open;
    textArgument(name, "the policy's name");
    return nativeCall(() => native.hasPolicy(name));
  }

  /** Names of the loaded policies, sorted. */
  loadedPolicies(): string[] {
    const native = this.#open;
    return nativeCall(() => native.loadedPolicies());
  }

  /**
   * Loads a bundle of OPA, a gzipped tar as `opa build` writes it, in one step: all of its policies and data serve at once, or none
   * does. What the bundle of that name had brought in before is gone. Whatever it throws, the old set serves on.
   *
   * The roots in its `.manifest` are the bundle's own; where it names none, all of `data` is. `setData` and its like keep the data
   * there and may give none, and a policy that was loaded by itself may have no package there.
   *
   * @param bytes the bundle
   * @throws {InputError} the bytes are no bundle, what is in it lies outside of its roots, the roots are not free, or the signature
   * is not as asked for; a signed bundle without the option `verification` is refused too, as in OPA
   * @throws {CompileError} as {@link loadPolicy}; `file` is the path in the bundle
   * @throws {LimitError} the bundle is larger than `maxBundleBytes`, `maxBundleUnpackedBytes` or `maxBundleEntries` allow, or a file
   * in it than `maxPolicyBytes` or `maxDataBytes`
   * @throws {ArgumentError} an option is unknown or cannot be one
   * @throws {AddonError} this build of Grid was made without bundles
   */
  loadBundle(bytes: Uint8Array, options: BundleOptions = {}): void {
    const native = this.#open;
    const text = bundleOptionsText(options);
    const checked = bytesArgument(bytes, "the bundle");
    if (!native.loadBundle) throw lacking("bundle");
    nativeCall(() => native.loadBundle?.(checked, text));
  }

  /**
   * Removes a bundle with its policies and data; returns whether it was there.
   *
   * @throws {CompileError} the other policies do not compile without it; the old set serves on
   */
  removeBundle(name = "bundle"): boolean {
    const native = this.#open;
    textArgument(name, "the bundle's name");
    return nativeCall(() => native.removeBundle?.(name) ?? false);
  }

  /** The bundles that serve, in the order of their names. */
  loadedBundles(): LoadedBundle[] {
    const native = this.#open;
    return nativeCall(() => native.loadedBundles?.() ?? []);
  }

  /** Removes all policies; data stays. Those of bundles go too, which are forgotten: their data is then as if set by `setData`. */
  clearPolicies(): void {
    const native = this.#open;
    nativeCall(() => native.clearPolicies());
  }

  /**
   * Replaces the data document (`data` in Rego); what bundles own of it stays and is not to be given. Whatever it throws, the old data serves on.
   *
   * @param value an object
   * @throws {InputError} the value is no object, holds what JSON cannot say, or takes the path of a rule, package or bundle
   * @throws {LimitError} the document is longer than `maxDataBytes` or nests deeper than 127 levels
   */
  setData(value: JsonValue): void {
    const native = this.#open;
    const text = jsonText(value, "data");
    nativeCall(() => native.setData(text));
  }

  /**
   * Merges an object into the data document: objects merge level by level, all else is added.
   *
   * @throws {InputError} as `setData`, and where both hold a value and the two differ; then nothing is merged
   * @throws {LimitError} as `setData`
   */
  mergeData(value: JsonValue): void {
    const native = this.#open;
    const text = jsonText(value, "data");
    nativeCall(() => native.mergeData(text));
  }

  /**
   * Changes the data document by a JSON Patch (RFC 6902): all of its operations, or none. They do not see what bundles own.
   *
   * @throws {InputError} that is no patch, an operation cannot be done, or as `setData` for what comes of it
   */
  patchData(operations: readonly object[]): void {
    const native = this.#open;
    const text = jsonText(operations, "the patch");
    nativeCall(() => native.patchData(text));
  }

  /**
   * What the data document holds at a JSON Pointer (RFC 6901), `/users/ann` say; undefined where there is nothing.
   *
   * @param pointer left out: the whole document
   * @throws {ArgumentError} the text is no pointer
   */
  getData<T = JsonValue>(pointer = ""): T | undefined {
    const native = this.#open;
    textArgument(pointer, "the pointer");
    return this.#parsed(nativeCall(() => native.getData(pointer))) as T | undefined;
  }

  /**
   * Evaluates a rule (`data.authz.allow`) or a query.
   *
   * Integers of the result are never rounded: for one beyond 2^53 see the option `unsafeIntegers`; {@link evaluateJson} keeps the
   * digits. Rego sets come as sorted arrays.
   *
   * @param input the input document. Left out or undefined: there is no `input`; null is an input of its own. Members
   * that are undefined are left out, as by `JSON.stringify`; what else JSON cannot say is an error, never dropped
   * @returns the value, or undefined where Rego's answer is undefined, which is not false
   * @throws {InputError} the input holds what JSON cannot say (NaN, a BigInt, a Map, a cycle, ...); the message names the place
   * @throws {EvaluationError} a builtin of one's own threw, which is the `cause`; or the evaluation failed, `file`, `line` and `column` say where, if known; or the answer holds an integer
   * that a JavaScript number does not
   * @throws {CompileError} the query does not compile
   * @throws {ArgumentError} the query has several answers, so not one value
   * @throws {LimitError} a limit was reached
   */
  evaluate<T = JsonValue>(ruleOrQuery: string, input?: unknown): T | undefined {
    const calls = this.#calls;
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    return this.#parsed(this.#builtins.run((dispatch) => calls.evaluate(ruleOrQuery, text, dispatch))) as T | undefined;
  }

  /**
   * As {@link evaluate}, with JSON text in and out. Integers keep their digits.
   *
   * @param inputText the input document as JSON text; left out or undefined: there is no `input`
   * @returns the value as compact JSON text, or undefined where Rego's answer is undefined
   * @throws {InputError} the text is not valid JSON; `line` and `column` say where
   */
  evaluateJson(ruleOrQuery: string, inputText?: string): string | undefined {
    const calls = this.#calls;
    textArgument(ruleOrQuery, "the rule or query");
    if (inputText !== undefined) textArgument(inputText, "the input text");
    return this.#builtins.run((dispatch) => calls.evaluate(ruleOrQuery, inputText, dispatch));
  }

  /**
   * As {@link evaluate}, on a thread of libuv's pool. The set of policies and data is the one that serves when the thread begins.
   *
   * @throws {ArgumentError} the loaded policies or the query call a builtin of one's own, which is a function of this thread
   * @param options.signal aborts an evaluation that has not begun; one that runs ends by `maxEvaluationMs`
   */
  async evaluateAsync<T = JsonValue>(ruleOrQuery: string, input?: unknown, options: { signal?: AbortSignal } = {}): Promise<T | undefined> {
    const native = this.#open;
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    const { signal } = options;
    signal?.throwIfAborted();
    try {
      return this.#parsed(await native.evaluateAsync(ruleOrQuery, text, signal)) as T | undefined;
    } catch (error) {
      signal?.throwIfAborted();
      throw gridError(error);
    }
  }

  /**
   * Asks a rule or query that is true or false.
   *
   * @param options.undefined what undefined counts as; left out: it is an error
   * @throws {EvaluationError} the answer is neither, or as {@link evaluate}
   */
  test(ruleOrQuery: string, input?: unknown, options: { undefined?: boolean } = {}): boolean {
    const calls = this.#calls;
    textArgument(ruleOrQuery, "the rule or query");
    const text = inputOf(input);
    return this.#builtins.run((dispatch) => calls.test(ruleOrQuery, text, options.undefined, dispatch));
  }

  /**
   * Evaluates a query of any number of expressions and answers, `some user in data.users; user.admin` say, and returns the
   * variables of each answer. One that holds without variables has one answer without any; one that does not hold has none.
   */
  query<T = Record<string, JsonValue>>(query: string, input?: unknown): T[] {
    const calls = this.#calls;
    textArgument(query, "the query");
    const text = inputOf(input);
    return parseAnswer(
      this.#builtins.run((dispatch) => calls.query(query, text, dispatch)),
      this.#unsafeIntegers,
    ) as T[];
  }

  /**
   * A handle for a rule or query that is asked again and again; policies and data may change under it.
   *
   * @throws {CompileError} the query does not compile on what is loaded now
   */
  prepare(ruleOrQuery: string): PreparedQuery {
    const native = this.#open;
    textArgument(ruleOrQuery, "the rule or query");
    nativeCall(() => native.checkQuery(ruleOrQuery));
    return new PreparedQuery(this, ruleOrQuery);
  }

  /**
   * What would keep policies from being loaded now in one step; empty where they would load. Nothing changes.
   *
   * Each source is parsed on its own, then all are compiled together with what is loaded. There are up to 100 faults, where loading tells ten. Not
   * all can be found: as in OPA, faults of a later stage of the compiler show when those of an earlier one are fixed.
   *
   * @param sources a source, beside what is loaded; or source texts by name, in place of those of the same names
   * @throws {ArgumentError} that are no sources, or a name cannot be one; bad Rego never throws
   */
  validate(sources: string | Readonly<Record<string, string>>): Diagnostic[] {
    return validate(this.#open, sources);
  }

  /**
   * As {@link evaluate}, and tells what policies printed and what it took.
   *
   * @throws {GridError} as {@link evaluate}; `prints` is what was printed before
   */
  trace<T = JsonValue>(ruleOrQuery: string, input?: unknown, options?: TraceOptions): Trace<T> {
    const native = this.#open;
    textArgument(ruleOrQuery, "the rule or query");
    return trace(native, ruleOrQuery, inputOf(input), options, (text) => this.#parsed(text) as T);
  }

  /**
   * Runs the tests of the loaded policies as `opa test` does: all rules whose name begins with `test_`. One passes if it is true; one
   * with keys has cases, of which all must be true. Each runs within the limits of an evaluation. It returns when all have run.
   *
   * @throws {ArgumentError} the filter is no regular expression; what goes wrong in a test is its result
   */
  runTests(options?: TestOptions): TestReport {
    return runTests(this.#open, options);
  }

  /**
   * Which lines of the policies an evaluation reaches, as `opa eval --coverage` tells.
   *
   * @throws {GridError} as {@link evaluate}
   * @throws {AddonError} this build of Grid was made without coverage
   */
  coverage(ruleOrQuery: string, input?: unknown): Coverage {
    const native = this.#open;
    textArgument(ruleOrQuery, "the rule or query");
    return coverage(native, ruleOrQuery, inputOf(input));
  }

  /**
   * Closes this engine: all calls but this one throw an {@link ArgumentError}, and so do those of its prepared queries. What it holds is
   * freed at once, save what evaluations still run on. Of an {@link Engine.open} it closes this handle alone: policies and data stay until
   * the name is forgotten and nobody has the engine open.
   */
  close(): void {
    this.#closed = true;
    nativeCall(() => this.#native.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The addon's engine, unless this one is closed. */
  get #open(): NativeEngine {
    this.#checkOpen();
    return this.#native;
  }

  /** Its direct calls. */
  get #calls(): HotEngineCalls {
    this.#checkOpen();
    return this.#hot;
  }

  // The addon would say so too, but later, and not where a call does not come to it.
  #checkOpen(): void {
    if (this.#closed) throw new ArgumentError("the engine is closed; make or open another, or close it later");
  }

  #parsed(text: string | undefined): unknown {
    return text === undefined ? undefined : parseAnswer(text, this.#unsafeIntegers);
  }
}

function inputOf(input: unknown): string | undefined {
  return input === undefined ? undefined : jsonText(input, "input");
}
