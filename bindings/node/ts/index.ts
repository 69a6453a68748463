export type { HttpPermission, Permissions } from "./allow.ts";
export type { Builtin } from "./builtins.ts";
export type { BundleKey, BundleOptions, BundleVerification, LoadedBundle } from "./bundle.ts";
export { Cache } from "./cache.ts";
export type { Compute } from "./cache/flights.ts";
export type {
  CacheEntry,
  CacheEvents,
  CacheListener,
  CacheOptions,
  CachePolicy,
  CacheStats,
  EvictedEvent,
  ExpiredEvent,
  FetchOptions,
  ResizeOptions,
  Restored,
  SetOptions,
} from "./cache/types.ts";
export { Engine } from "./engine.ts";
export {
  AddonError,
  type AddonErrorCode,
  ArgumentError,
  CompileError,
  EvaluationError,
  GridError,
  type GridErrorCode,
  type GridErrorDetails,
  InputError,
  InternalError,
  LimitError,
  type LimitKind,
} from "./errors.ts";
export { features } from "./features.ts";
export type { JsonValue, UnsafeIntegers } from "./json.ts";
export type { EngineOptions, RegoVersion } from "./options.ts";
export type { ExplainEvent, Print } from "./print.ts";
export type { ProfileName } from "./profile.ts";
export type { PreparedQuery } from "./prepared.ts";
export type {
  Capabilities,
  Coverage,
  Diagnostic,
  ExplainOptions,
  Explanation,
  FileCoverage,
  Inspection,
  Lines,
  Metrics,
  TestOptions,
  TestOutcome,
  TestReport,
  TestResult,
  Trace,
  TraceOptions,
} from "./report.ts";
