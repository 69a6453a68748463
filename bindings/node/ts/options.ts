import type { Builtin } from "./builtins.ts";
import type { UnsafeIntegers } from "./json.ts";
import type { ProfileName } from "./profile.ts";

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
   * the call undefined. Default: false, as in OPA. Where policies use `not`, think of true: an undefined call under a `not`
   * allows what was meant to be forbidden, and an input that the caller chooses can provoke it.
   */
  strictBuiltinErrors?: boolean;
  /**
   * Builtins of one's own, by their names: two names or more joined by dots, `acme.lookup` say. Of this engine and this thread alone, so
   * {@link Engine.open} takes none, and `evaluateAsync` rejects where a policy calls one. Default: none.
   */
  builtins?: Readonly<Record<string, Builtin>>;
  /** Longest policy source and longest query text, in bytes of UTF-8. Default: 1 MiB. */
  maxPolicyBytes?: number;
  /** Longest data document, in bytes of JSON text. Default: 16 MiB. */
  maxDataBytes?: number;
  /** Longest input, in bytes of JSON text. Default: 1 MiB. */
  maxInputBytes?: number;
  /** How deep brackets and chained operators may nest in a policy or query, in levels, 1 to 2000. Default: 500. */
  maxNesting?: number;
  /** How deep rules and functions may use each other in an evaluation, in levels. Default: 1000. */
  maxDepth?: number;
  /** Longest evaluation, in milliseconds. Default: 1000. */
  maxEvaluationMs?: number;
  /** Most memory that one evaluation may take, in bytes. Default: 64 MiB. */
  maxEvaluationMemoryBytes?: number;
  /** Longest change of policies or data, in milliseconds. Default: 10,000. */
  maxLoadMs?: number;
  /** Most memory that one change of policies or data may take, in bytes. Default: 256 MiB. */
  maxLoadMemoryBytes?: number;
  /** Longest bundle as it comes, compressed, in bytes. Default: 16 MiB. */
  maxBundleBytes?: number;
  /** Most bytes that a bundle may unpack to. Default: 64 MiB. */
  maxBundleUnpackedBytes?: number;
  /** Most files and folders in a bundle. Default: 2000. */
  maxBundleEntries?: number;
  /**
   * Most bytes of answers that are kept to be given again: to a rule that is asked with the same input text while nothing has changed.
   * Policies that call what is not pure, such as `time.now_ns`, are asked each time. Default: 0, which keeps none.
   */
  decisionCacheBytes?: number;
  /** How long an answer is kept, in milliseconds. Default: 0, which is as long as there is room. */
  decisionCacheTtlMs?: number;
  /**
   * What becomes of an integer of an answer that a JavaScript number does not hold (beyond 2^53): an EvaluationError, or a BigInt.
   * Of this handle of the engine alone. Default: `error`.
   */
  unsafeIntegers?: UnsafeIntegers;
  /**
   * A class of memory, whose limits are taken in place of those that are left out; `auto` looks at the machine. Default: none, or what the
   * variable GRID_PROFILE names.
   */
  profile?: ProfileName | "auto";
}
