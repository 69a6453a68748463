import type { CacheOptions } from "./cache.ts";
import {
  ArgumentError,
  CompileError,
  EvaluationError,
  type GridErrorDetails,
  GridError,
  InputError,
  InternalError,
  LimitError,
} from "./errors.ts";
import { camelNames } from "./options.ts";

/** What the addon exports; src/*.rs is its source. */
export interface Addon {
  /** Takes the options under the crate's names, snake_case. */
  Engine: (new (options: Record<string, unknown>, builtins?: BuiltinEntry[]) => NativeEngine) & {
    open(name: string, options: Record<string, unknown> | undefined): NativeEngine;
    forget(name: string): boolean;
  };
  Cache: (new (options: CacheOptions) => NativeCache) & {
    open(name: string, options: CacheOptions): NativeCache;
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
  loadPolicy(name: string, source: string): void;
  loadPolicies(names: string[], sources: string[]): void;
  removePolicy(name: string): boolean;
  hasPolicy(name: string): boolean;
  loadedPolicies(): string[];
  clearPolicies(): void;
  setData(text: string): void;
  mergeData(text: string): void;
  patchData(text: string): void;
  getData(pointer: string): string | undefined;
  evaluate(query: string, input: string | undefined, dispatch: Dispatch | undefined): string | undefined;
  evaluateAsync(query: string, input: string | undefined, signal: AbortSignal | undefined): Promise<string | undefined>;
  test(query: string, input: string | undefined, undefinedAs: boolean | undefined, dispatch: Dispatch | undefined): boolean;
  query(query: string, input: string | undefined, dispatch: Dispatch | undefined): string;
  checkQuery(query: string): void;
  unplanned(query: string): string | undefined;
}

/** A bounded cache. */
export interface NativeCache {
  set(key: string, value: string | Uint8Array, ttlMs: number | undefined): void;
  get(key: string): string | Buffer | undefined;
  delete(key: string): boolean;
  size(): number;
  bytes(): number;
  cleanupExpired(): number;
  clear(): void;
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
  const { code, message, file, line, column, limit } = (thrown instanceof Error ? thrown : new Error(String(thrown))) as NativeError;
  const Class = CLASSES.get(code);
  if (Class) {
    // These name options and methods; the others may quote a policy.
    const mends = code === "GRID_INPUT" || code === "GRID_LIMIT" || code === "GRID_ARGUMENT";
    return new Class(mends ? camelNames(message) : message, { file, line, column, limit: limit && camelNames(limit) });
  }
  // napi-rs gives a caught panic the code GenericFailure and the panic's own text.
  return new InternalError(`a fault inside Grid: ${message}. Please report it.`, { cause: thrown });
}
