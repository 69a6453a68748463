import type { LoadedBundle } from "./bundle.ts";
import type { CacheStore, StoreOptions, ValueOut } from "./cache/store.ts";
import type { GridErrorCode, LimitKind } from "./errors.ts";
import type { Print } from "./print.ts";
import type { Coverage, Explanation, Metrics, TestReport, TestResult } from "./report.ts";

/** The exports of the addon; src/*.rs is its source. */
export interface Addon {
  /** The features of the crate that this build has: a profile may leave some out. */
  features(): string[];
  /** Makes this thread a client that sends requests; src/http.rs. Absent in a build without the feature `network`, as is the next one. */
  httpWorker?(send: (number: number, request: string) => void): void;
  httpResponse?(number: number, response: string): void;
  /** For tests: the bytes outside of its heap that V8 knows. */
  toldBytes(): number;
  /** Takes the options under the names of the crate, in snake_case. */
  Engine: (new (options: Record<string, unknown>, builtins?: BuiltinEntry[]) => NativeEngine) & {
    open(name: string, options: Record<string, unknown> | undefined, defaults: Record<string, unknown>): NativeEngine;
    forget(name: string): boolean;
  };
  Cache: (new (options: StoreOptions) => NativeCache) & {
    open(name: string, options: StoreOptions, defaults: StoreOptions): NativeCache;
    forget(name: string): boolean;
  };
}

/** A builtin as the addon takes it. */
export interface BuiltinEntry {
  name: string;
  args: number;
  pure: boolean;
}

/** Calls a builtin by its place among the entries, with its arguments as JSON text; src/builtins.rs documents the form of the answer. */
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
  /** Absent in a build without the feature `bundle`, as are the next two. */
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
  /** JSON text of an array of {@link NativeDiagnostic}. The next four return JSON text too. */
  validate(names: string[], sources: string[]): string;
  /** A {@link NativeTrace}. */
  trace(query: string, input: string | undefined, fresh: boolean): string;
  /** A {@link NativeTrace} whose value is a list of answers. */
  traceAll(query: string, input: string | undefined): string;
  /** A {@link NativeExplanation}. */
  explain(query: string, input: string | undefined, full: boolean): string;
  /** An `Inspection`. */
  inspect(): string;
  /** `Capabilities`. */
  capabilities(): string;
  /** A {@link NativeTestReport}. */
  runTests(filter: string | undefined, coverage: boolean): string;
  /** A `Coverage`. Absent in a build without the feature `coverage`. */
  coverage?(query: string, input: string | undefined): string;
  /** Plain text. Absent in a build without the feature `format`. */
  format?(source: string): string;
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

/** An answer as JSON text, or the error. */
export interface NativeTrace {
  value: string | null;
  error: NativeDiagnostic | null;
  prints: Print[];
  droppedPrints: number;
  metrics: Metrics;
}

/** Answers as JSON text, or the error, with the events before it. */
export interface NativeExplanation extends Omit<Explanation, "value"> {
  value: string | null;
  error: NativeDiagnostic | null;
}

/** Results of tests; unknown fields are null. */
export interface NativeTestReport extends Omit<TestReport, "results" | "coverage"> {
  results: (Omit<TestResult, "code" | "message" | "cases"> & {
    code: GridErrorCode | null;
    message: string | null;
    cases: NonNullable<TestResult["cases"]>;
  })[];
  coverage: Coverage | null;
}

/** A cache of the addon. It has some of its calls only after those of `hotCalls` were assigned to it. */
export interface NativeCache extends CacheStore {
  isSame(other: NativeCache): boolean;
  hotCalls(): HotCacheCalls;
}

/** Calls that are functions bound to one handle: src/cache/hot.rs. */
interface HotCacheCalls extends Pick<CacheStore, "get" | "getBuffer" | "getIfThere" | "peek" | "has" | "delete" | "set" | "setMany"> {
  /** Passes the values to the function. */
  getMany(collect: (...values: ValueOut[]) => ValueOut[], ...keys: string[]): ValueOut[];
}
