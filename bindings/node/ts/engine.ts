import { nativeCall, type NativeEngine } from "./addon.ts";
import { optionsArgument, textArgument } from "./arguments.ts";
import { type JsonValue, jsonText, parseAnswer } from "./json.ts";
import { addon } from "./loader.ts";
import { ENGINE_OPTIONS, type EngineOptions, snakeKeys } from "./options.ts";

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

  /**
   * @throws {ArgumentError} an option is unknown or out of its range
   * @throws {AddonError} the native addon could not be loaded
   */
  constructor(options?: EngineOptions) {
    const { Engine: Native } = addon();
    this.#native = nativeCall(() => new Native(snakeKeys(optionsArgument(options, ENGINE_OPTIONS))));
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
    textArgument(name, "the policy's name");
    textArgument(source, "the policy's source");
    nativeCall(() => this.#native.loadPolicy(name, source));
  }

  /**
   * Removes a policy; returns whether it was there.
   *
   * @throws {CompileError} the other policies do not compile without it; the old set serves on
   */
  removePolicy(name: string): boolean {
    textArgument(name, "the policy's name");
    return nativeCall(() => this.#native.removePolicy(name));
  }

  /** Says whether a policy of that name is loaded. */
  hasPolicy(name: string): boolean {
    textArgument(name, "the policy's name");
    return nativeCall(() => this.#native.hasPolicy(name));
  }

  /** Names of the loaded policies, sorted. */
  loadedPolicies(): string[] {
    return nativeCall(() => this.#native.loadedPolicies());
  }

  /** Removes all policies; data stays. */
  clearPolicies(): void {
    nativeCall(() => this.#native.clearPolicies());
  }

  /**
   * Replaces the data document (`data` in Rego). Whatever it throws, the old data serves on.
   *
   * @param value an object
   * @throws {InputError} the value is no object, holds what JSON cannot say, or takes the path of a rule or package
   * @throws {LimitError} the document is longer than `maxDataBytes` or nests deeper than 127 levels
   */
  setData(value: JsonValue): void {
    const text = jsonText(value, "data");
    nativeCall(() => this.#native.setData(text));
  }

  /**
   * Merges an object into the data document: objects merge level by level, all else is added.
   *
   * @throws {InputError} as `setData`, and where both hold a value and the two differ; then nothing is merged
   * @throws {LimitError} as `setData`
   */
  mergeData(value: JsonValue): void {
    const text = jsonText(value, "data");
    nativeCall(() => this.#native.mergeData(text));
  }

  /**
   * Evaluates a rule (`data.authz.allow`) or a query.
   *
   * Numbers of the result are JavaScript numbers: an integer beyond 2^53 is rounded, one beyond 64 bits is an error;
   * {@link evaluateJson} keeps the digits. Rego sets come as sorted arrays.
   *
   * @param input the input document. Left out or undefined: there is no `input`; null is an input of its own. Members
   * that are undefined are left out, as by `JSON.stringify`; what else JSON cannot say is an error, never dropped
   * @returns the value, or undefined where Rego's answer is undefined, which is not false
   * @throws {InputError} the input holds what JSON cannot say (NaN, a BigInt, a Map, a cycle, ...); the message names the place
   * @throws {EvaluationError} the evaluation failed, `file`, `line` and `column` say where, if known; or an integer of the
   * answer is beyond 64 bits
   * @throws {CompileError} the query does not compile
   * @throws {ArgumentError} the query has several answers, so not one value
   * @throws {LimitError} a limit was reached
   */
  evaluate<T = JsonValue>(ruleOrQuery: string, input?: unknown): T | undefined {
    const inputText = input === undefined ? undefined : jsonText(input, "input");
    const text = this.evaluateJson(ruleOrQuery, inputText);
    return text === undefined ? undefined : (parseAnswer(text) as T);
  }

  /**
   * As {@link evaluate}, with JSON text in and out. Integers keep their digits.
   *
   * @param inputText the input document as JSON text; left out or undefined: there is no `input`
   * @returns the value as compact JSON text, or undefined where Rego's answer is undefined
   * @throws {InputError} the text is not valid JSON; `line` and `column` say where
   */
  evaluateJson(ruleOrQuery: string, inputText?: string): string | undefined {
    textArgument(ruleOrQuery, "the rule or query");
    if (inputText !== undefined) textArgument(inputText, "the input text");
    return nativeCall(() => this.#native.evaluate(ruleOrQuery, inputText));
  }
}
