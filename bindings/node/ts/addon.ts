import type { LoadedBundle } from "./bundle.ts";
import type { CacheStore, StoreOptions, ValueOut } from "./cache/store.ts";
import {
  ArgumentError,
  CompileError,
  EvaluationError,
  type GridErrorDetails,
  GridError,
  InputError,
  type GridErrorCode,
  InternalError,
  LimitError,
  type LimitKind,
} from "./errors.ts";
import { camelNames } from "./options.ts";
import type { Coverage, Metrics, Print, TestReport, TestResult } from "./report.ts";

/** What the addon exports; src/*.rs is its source. */
export interface Addon {
  /** What this build has of what a profile may leave out: the features of the crate. */
  features(): string[];
  /** For tests: what V8 knows of bytes outside of its heap, whoever has told it. */
  toldBytes(): number;
  /** Takes the options under the crate's names, snake_case. */
  Engine: (new (options: Record<string, unknown>, builtins?: BuiltinEntry[]) => NativeEngine) & {
    open(name: string, options: Record<string, unknown> | undefined, defaults: Record<string, unknown>): NativeEngine;
    forget(name: string): boolean;
  };
  Cache: (new (options: StoreOptions) => NativeCache) & {
    open(name: string, options: StoreOptions, defaults: StoreOptions): NativeCache;
    forget(name: string): boolean;
  };
}

/** A builtin, as the addon is told of it. */
export interface BuiltinEntry {
  name: string;
  args: number;
  pure: boolean;
}

/** Calls a builtin by its place among the entries, with its arguments as JSON text; src/builtins.rs tells the form of the answer. */
export type Dispatch = (place: number, args: string) => string;

/** Policies; documents go in and out as JSON text. */
export interface NativeEngine {
  readonly revision: number;
  /** All calls but this one throw afterwards. */
  close(): void;
  loadPolicy(name: string, source: string): void;
  loadPolicies(names: string[], sources: string[]): void;
  removePolicy(name: string): boolean;
  hasPolicy(name: string): boolean;
  loadedPolicies(): string[];
  clearPolicies(): void;
  /** Not there in a build without the feature `bundle`, as the next two. */
  loadBundle?(bytes: Uint8Array, options: string): void;
  removeBundle?(name: string): boolean;
  loadedBundles?(): LoadedBundle[];
  setData(text: string): void;
  mergeData(text: string): void;
  patchData(text: string): void;
  getData(pointer: string): string | undefined;
  evaluateAsync(query: string, input: string | undefined, signal: AbortSignal | undefined): Promise<string | undefined>;
  hotCalls(): HotEngineCalls;
  checkQuery(query: string): void;
  /** JSON text of an array of {@link NativeDiagnostic}, as of what the next ones say. */
  validate(names: string[], sources: string[]): string;
  /** A {@link NativeTrace}. */
  trace(query: string, input: string | undefined, fresh: boolean): string;
  /** A {@link NativeTestReport}. */
  runTests(filter: string | undefined, coverage: boolean): string;
  /** A `Coverage`. Not there in a build without the feature `coverage`. */
  coverage?(query: string, input: string | undefined): string;
}

/** Calls that are functions bound to one engine: src/direct.rs says why. */
export interface HotEngineCalls {
  evaluate(query: string, input: string | undefined, dispatch: Dispatch | undefined): string | undefined;
  test(query: string, input: string | undefined, undefinedAs: boolean | undefined, dispatch: Dispatch | undefined): boolean;
  query(query: string, input: string | undefined, dispatch: Dispatch | undefined): string;
}

/** A failure that is not thrown; `text` is the message with the place. */
export interface NativeDiagnostic {
  code: GridErrorCode;
  message: string;
  text: string;
  file: string | null;
  line: number | null;
  column: number | null;
  opaCode: string | null;
  details: string[];
  kind: LimitKind | null;
  option: string | null;
  limit: number | null;
}

/** An answer as JSON text, or why there is none. */
export interface NativeTrace {
  value: string | null;
  error: NativeDiagnostic | null;
  prints: Print[];
  droppedPrints: number;
  metrics: Metrics;
}

/** Results of tests; what is not known is null. */
export interface NativeTestReport extends Omit<TestReport, "results" | "coverage"> {
  results: (Omit<TestResult, "code" | "message" | "cases"> & {
    code: GridErrorCode | null;
    message: string | null;
    cases: NonNullable<TestResult["cases"]>;
  })[];
  coverage: Coverage | null;
}

/** A cache of the addon. Some of its calls it has only once those of `hotCalls` were assigned to it. */
export interface NativeCache extends CacheStore {
  isSame(other: NativeCache): boolean;
  hotCalls(): HotCacheCalls;
}

/** Calls that are functions bound to one handle: src/cache/hot.rs. */
interface HotCacheCalls extends Pick<CacheStore, "get" | "getBuffer" | "getIfThere" | "peek" | "has" | "delete" | "set" | "setMany"> {
  /** Hands the values to the function. */
  getMany(collect: (...values: ValueOut[]) => ValueOut[], ...keys: string[]): ValueOut[];
}

/** An error as the addon throws it. */
type NativeError = Error & GridErrorDetails & { code?: unknown };

const CLASSES = new Map<unknown, new (message: string, details?: GridErrorDetails) => GridError>([
  ["GRID_COMPILE", CompileError],
  ["GRID_INPUT", InputError],
  ["GRID_EVALUATION", EvaluationError],
  ["GRID_LIMIT", LimitError],
  ["GRID_ARGUMENT", ArgumentError],
  ["GRID_INTERNAL", InternalError],
  // What napi-rs itself throws when an argument does not convert.
  ["InvalidArg", ArgumentError],
  ["ObjectExpected", ArgumentError],
  ["StringExpected", ArgumentError],
  ["NumberExpected", ArgumentError],
]);

/** Runs a call into the addon; what it throws becomes a {@link GridError}. */
export function nativeCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw gridError(error);
  }
}

/** Turns what the addon threw into a {@link GridError}. */
export function gridError(thrown: unknown): GridError {
  if (thrown instanceof GridError) return thrown;
  const { code, message, file, line, column, opaCode, kind, option, limit } = (
    thrown instanceof Error ? thrown : new Error(String(thrown))
  ) as NativeError;
  const Class = CLASSES.get(code);
  if (Class) {
    return new Class(spelled(code, message), {
      file,
      line,
      column,
      opaCode,
      kind,
      option: option && camelNames(option),
      limit,
    });
  }
  // napi-rs gives a caught panic the code GenericFailure and the panic's own text.
  return new InternalError(`a fault inside Grid: ${message}. Please report it.`, { cause: thrown });
}

/** The text of an error of the crate, with options and methods spelled as here. */
export function spelled(code: unknown, text: string): string {
  // These name options and methods; the others may quote a policy.
  return code === "GRID_INPUT" || code === "GRID_LIMIT" || code === "GRID_ARGUMENT" ? camelNames(text) : text;
}
