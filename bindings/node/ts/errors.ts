import type { ExplainEvent, Print } from "./print.ts";

/** Every code that a {@link GridError} can carry. Codes are stable; texts are not. */
export type GridErrorCode =
  | "GRID_COMPILE"
  | "GRID_INPUT"
  | "GRID_EVALUATION"
  | "GRID_LIMIT"
  | "GRID_ARGUMENT"
  | "GRID_INTERNAL"
  | AddonErrorCode;

/** Codes of an {@link AddonError}: docs/loader.md lists them. */
export type AddonErrorCode = `ERR_ADDON_${string}`;

/**
 * What a limit bounds: the milliseconds of an evaluation or a load; its bytes of memory; the depth of rules that use each other; the depth
 * of brackets in a text or of a document; the work to parse and check a text; the bytes of a policy or query, of a data document, of an
 * input; or another size.
 */
export type LimitKind =
  | "time"
  | "memory"
  | "depth"
  | "nesting"
  | "parsing"
  | "policy-size"
  | "data-size"
  | "input-size"
  | "bundle-size"
  | "size";

/** The place of an error in a policy, and its cause. */
export interface GridErrorDetails extends ErrorOptions {
  /** Name of the policy, as passed to `loadPolicy`. */
  file?: string | undefined;
  /** Line in that policy, from 1. */
  line?: number | undefined;
  /** Column in that line, from 1; 0 is OPA's place for the end of a text. */
  column?: number | undefined;
  /** OPA's code of the error: `rego_type_error`, `eval_conflict_error`. */
  opaCode?: string | undefined;
  /** The kind of the limit that was reached. */
  kind?: LimitKind | undefined;
  /** The option that set the limit. */
  option?: string | undefined;
  /** The limit that was reached, in the unit of its kind. */
  limit?: number | undefined;
}

/** The base of all errors of Grid; each `code` has its own subclass. */
export class GridError extends Error {
  static {
    this.prototype.name = "GridError";
  }

  /** Stable code: branch on this. */
  readonly code: GridErrorCode;
  /** Name of the policy with the error, if known. */
  declare readonly file?: string;
  /** Line in that policy, from 1, if known. */
  declare readonly line?: number;
  /** Column in that line, from 1, if known; 0 is OPA's place for the end of a text. */
  declare readonly column?: number;
  /** OPA's code of the error, if it has one: `rego_parse_error`, `rego_unsafe_var_error`, `eval_conflict_error`. */
  declare readonly opaCode?: string;
  /** In an error of `trace`: the prints of policies before it. */
  declare readonly prints?: readonly Print[];
  /** In an error of `explain`: the events before it. */
  declare readonly events?: readonly ExplainEvent[];

  constructor(code: GridErrorCode, message: string, details: GridErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    const { file, line, column, opaCode, kind, option, limit } = details;
    // Unknown details are left out, so that a printed error shows no `undefined`.
    Object.assign(
      this,
      file === undefined ? null : { file },
      line === undefined ? null : { line },
      column === undefined ? null : { column },
      opaCode === undefined ? null : { opaCode },
      kind === undefined ? null : { kind },
      option === undefined ? null : { option },
      limit === undefined ? null : { limit },
    );
  }
}

/** A policy or query does not compile; `file`, `line` and `column` say where. The policies loaded before stay in use. */
export class CompileError extends GridError {
  static {
    this.prototype.name = "CompileError";
  }

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_COMPILE", message, details);
  }
}

/** An input or data document is not valid JSON, or has a value that JSON cannot represent. */
export class InputError extends GridError {
  static {
    this.prototype.name = "InputError";
  }

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_INPUT", message, details);
  }
}

/** An evaluation failed: a conflict between rules, a builtin called with a wrong type, a division by zero. */
export class EvaluationError extends GridError {
  static {
    this.prototype.name = "EvaluationError";
  }

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_EVALUATION", message, details);
  }
}

/** A limit on time, memory, size or depth was reached. */
export class LimitError extends GridError {
  static {
    this.prototype.name = "LimitError";
  }

  /** What the limit bounds. */
  declare readonly kind?: LimitKind;
  /** The option that set the limit, such as `maxEvaluationMs`; absent for limits without an option. */
  declare readonly option?: string;
  /** The limit, in the unit of its kind. */
  declare readonly limit?: number;

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_LIMIT", message, details);
  }
}

/** An option or argument has the wrong type or is out of its range. */
export class ArgumentError extends GridError {
  static {
    this.prototype.name = "ArgumentError";
  }

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_ARGUMENT", message, details);
  }
}

/** A fault of Grid itself, such as a panic in its Rust code; the process lives on. Please report it. */
export class InternalError extends GridError {
  static {
    this.prototype.name = "InternalError";
  }

  constructor(message: string, details?: GridErrorDetails) {
    super("GRID_INTERNAL", message, details);
  }
}

/**
 * The native addon could not be loaded, or lacks a feature. The message of a failed load names the machine, the files that were tried, what was
 * found and required, and the fix; `cause` has the same as properties.
 */
export class AddonError extends GridError {
  static {
    this.prototype.name = "AddonError";
  }

  declare readonly code: AddonErrorCode;
}
