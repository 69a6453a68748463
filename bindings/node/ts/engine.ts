import { nativeCall, type NativeEngine } from "./addon.ts";
import { optionsArgument, textArgument } from "./arguments.ts";
import { type JsonValue, jsonText } from "./json.ts";
import { addon } from "./loader.ts";

/**
 * Which version of Rego sources are read as. `auto` reads v1 first, and as v0 what is valid as v0 only (the classic
 * `allow { ... }`).
 */
export type RegoVersion = "auto" | "v0" | "v1";

/** How an {@link Engine} works. Each option has a default; the limits are on by default. */
export interface EngineOptions {
  /** Which version of Rego sources are read as; queries are v1 always. Default: `v1`. */
  regoVersion?: RegoVersion;
  /**
   * Whether an error of a builtin (a wrong type, a division by zero) ends the evaluation with an EvaluationError, or makes
   * the call undefined as in OPA. Default: true, since an undefined call under a `not` allows what was meant to be forbidden.
   */
  strictBuiltinErrors?: boolean;
  /** Longest policy source and longest query text, in bytes of UTF-8. Default: 1 MiB. */
  maxPolicyBytes?: number;
  /** Longest data document, in bytes of JSON text. Default: 16 MiB. */
  maxDataBytes?: number;
  /** Longest input, in bytes of JSON text. Default: 1 MiB. */
  maxInputBytes?: number;
  /** How deep brackets may nest in a policy or query, in levels, 1 to 32. Default: 16. */
  maxNesting?: number;
  /** Longest evaluation, in milliseconds. Default: 1000. */
  maxEvaluationMs?: number;
}

const OPTIONS = {
  regoVersion: "string",
  strictBuiltinErrors: "boolean",
  maxPolicyBytes: "number",
  maxDataBytes: "number",
  maxInputBytes: "number",
  maxNesting: "number",
  maxEvaluationMs: "number",
} as const;

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
    this.#native = nativeCall(() => new Native(snakeKeys(optionsArgument(options, OPTIONS))));
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
   * Numbers of the result are JavaScript numbers: an integer beyond 2^53 loses digits, which {@link evaluateJson} keeps.
   * Rego sets come as sorted arrays.
   *
   * @param input the input document. Left out or undefined: there is no `input`; null is an input of its own. Members
   * that are undefined are left out, as by `JSON.stringify`; what else JSON cannot say is an error, never dropped
   * @returns the value, or undefined where Rego's answer is undefined, which is not false
   * @throws {InputError} the input holds what JSON cannot say (NaN, a BigInt, a Map, a cycle, ...); the message names the place
   * @throws {EvaluationError} the evaluation failed; `file`, `line` and `column` say where, if known
   * @throws {CompileError} the query does not compile
   * @throws {ArgumentError} the query has several answers, so not one value
   * @throws {LimitError} a limit was reached
   */
  evaluate<T = JsonValue>(ruleOrQuery: string, input?: unknown): T | undefined {
    const inputText = input === undefined ? undefined : jsonText(input, "input");
    const text = this.evaluateJson(ruleOrQuery, inputText);
    return text === undefined ? undefined : (JSON.parse(text) as T);
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

/** Options under the names that the crate gives them, without those that are undefined. */
function snakeKeys(options: object): Record<string, unknown> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
