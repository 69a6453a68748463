import {
  ArgumentError,
  CompileError,
  EvaluationError,
  GridError,
  type GridErrorDetails,
  InputError,
  InternalError,
  LimitError,
} from "./errors.ts";
import { camelNames } from "./names.ts";

/** An error as the addon throws it. */
type NativeError = Error & GridErrorDetails & { code?: unknown };

const CLASSES = new Map<unknown, new (message: string, details?: GridErrorDetails) => GridError>([
  ["GRID_COMPILE", CompileError],
  ["GRID_INPUT", InputError],
  ["GRID_EVALUATION", EvaluationError],
  ["GRID_LIMIT", LimitError],
  ["GRID_ARGUMENT", ArgumentError],
  ["GRID_INTERNAL", InternalError],
  // napi-rs itself throws these if an argument does not convert.
  ["InvalidArg", ArgumentError],
  ["ObjectExpected", ArgumentError],
  ["StringExpected", ArgumentError],
  ["NumberExpected", ArgumentError],
]);

/** Runs a call into the addon; a thrown error becomes a {@link GridError}. */
export function nativeCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw gridError(error);
  }
}

/** Turns an error of the addon into a {@link GridError}. */
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

/** The text of an error of the crate, with the names of options and methods in camelCase. */
export function spelled(code: unknown, text: string): string {
  // These texts name options and methods; the others may quote a policy.
  return code === "GRID_INPUT" || code === "GRID_LIMIT" || code === "GRID_ARGUMENT" ? camelNames(text) : text;
}
