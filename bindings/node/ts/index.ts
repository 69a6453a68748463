export { Cache, type CacheOptions, type SetOptions } from "./cache.ts";
export { Engine, type EngineOptions, type RegoVersion } from "./engine.ts";
export {
  AddonError,
  ArgumentError,
  CompileError,
  EvaluationError,
  GridError,
  type GridErrorCode,
  type GridErrorDetails,
  InputError,
  InternalError,
  LimitError,
} from "./errors.ts";
export type { JsonValue } from "./json.ts";
