import type { Permissions } from "./allow.ts";
import type { Builtin } from "./builtins.ts";
import type { UnsafeIntegers } from "./json.ts";
import type { ProfileName } from "./profile.ts";

/**
 * The version of Rego sources. `auto` tries v1 first, then v0 (the classic `allow { ... }`).
 */
export type RegoVersion = "auto" | "v0" | "v1";

/** Options of an {@link Engine}. Each option has a default; the limits are on by default. */
export interface EngineOptions {
  /** The version of Rego sources; queries are always v1. Default: `v1`. */
  regoVersion?: RegoVersion;
  /**
   * Whether an error of a builtin (a wrong type, a division by zero) ends the evaluation with an EvaluationError, or makes
   * the call undefined. Default: false, as in OPA. Consider true for policies with `not`: an undefined call under a `not`
   * allows the forbidden request, and an input that the caller chooses can provoke it.
   */
  strictBuiltinErrors?: boolean;
  /**
   * Builtins of your own, by their names: two or more names joined by dots, such as `acme.lookup`. They belong to this engine and this
   * thread alone: {@link Engine.open} takes none, and `evaluateAsync` rejects if a policy calls one. Default: none.
   */
  builtins?: Readonly<Record<string, Builtin>>;
  /**
   * What `http.send`, `net.lookup_ip_addr` and `opa.runtime` may reach outside of the process. A call that is not allowed is an
   * EvaluationError, never undefined. Default: nothing.
   */
  allow?: Permissions;
  /** Longest policy source and longest query text, in bytes of UTF-8. Default: 1 MiB. */
  maxPolicyBytes?: number;
  /** Longest data document, in bytes of JSON text. Default: 16 MiB. */
  maxDataBytes?: number;
  /** Longest input, in bytes of JSON text. Default: 1 MiB. */
  maxInputBytes?: number;
  /** Deepest nesting of brackets and chained operators in a policy or query, in levels, 1 to 2000. Default: 500. */
  maxNesting?: number;
  /** Deepest nesting of rules and functions that use each other in an evaluation, in levels. Default: 1000. */
  maxDepth?: number;
  /** Longest evaluation, in milliseconds: from the first byte of its input to the last one of its answer. Default: 1000. */
  maxEvaluationMs?: number;
  /** Most memory that one evaluation may take, in bytes. Default: 64 MiB. */
  maxEvaluationMemoryBytes?: number;
  /** Longest change of policies or data, and longest compilation of a query, in milliseconds. Default: 10,000. */
  maxLoadMs?: number;
  /** Most memory that one change of policies or data may take, in bytes. Default: 256 MiB. */
  maxLoadMemoryBytes?: number;
  /** Longest compressed bundle, in bytes. Default: 16 MiB. */
  maxBundleBytes?: number;
  /** Longest unpacked bundle, in bytes. Default: 64 MiB. */
  maxBundleUnpackedBytes?: number;
  /** Most files and folders in a bundle. Default: 2000. */
  maxBundleEntries?: number;
  /**
   * Most bytes of cached answers. An answer is used again for the same rule and input text until policies or data change. Policies that call
   * impure builtins, such as `time.now_ns`, are evaluated each time. Default: 0, which caches none.
   */
  decisionCacheBytes?: number;
  /** How long an answer is cached, in milliseconds. Default: 0, which is as long as there is room. */
  decisionCacheTtlMs?: number;
  /**
   * The result for an integer of an answer that exceeds a JavaScript number (beyond 2^53): an EvaluationError, or a BigInt.
   * Applies to this handle of the engine alone. Default: `error`.
   */
  unsafeIntegers?: UnsafeIntegers;
  /**
   * A class of memory with limits for the options that are left out; `auto` measures the machine. Default: none, or the profile that the
   * variable GRID_PROFILE names.
   */
  profile?: ProfileName | "auto";
}
