import type { GridErrorCode } from "./errors.ts";
import type { JsonValue } from "./json.ts";
import type { ExplainEvent, Print } from "./print.ts";

/** An error in a policy, as loading it would report. Unknown properties are left out. */
export interface Diagnostic {
  /** The code that the error would have: `GRID_COMPILE`, `GRID_LIMIT`. */
  code: GridErrorCode;
  /** Cause and fix, without the place. */
  message: string;
  /** Name of the policy. */
  file?: string;
  /** Line in it, from 1. */
  line?: number;
  /** Column in that line, from 1; 0 is OPA's place for the end of a text. */
  column?: number;
  /** OPA's code of it: `rego_parse_error`, `rego_type_error`. */
  opaCode?: string;
  /** Further lines: the line of the source with a caret, or the found and the wanted type. */
  details?: string[];
}

/** The cost of an answer. Times are nanoseconds. */
export interface Metrics {
  /** The evaluation alone; 0 if the decision cache had the answer. */
  evaluationNs: number;
  /** Reading the input from JSON; 0 without an input. */
  inputParseNs: number;
  /** Building the serving set of policies and data, when it was loaded. */
  compileNs: number;
  /**
   * Whether the decision cache had the answer. `off`: it was not used, because the engine has none or such an answer is not cached.
   */
  decisionCache: "off" | "miss" | "hit";
}

/** An answer, with prints and metrics of its evaluation. */
export interface Trace<T> {
  /** The result of `evaluate`. */
  value: T | undefined;
  /** Prints of policies: the first 1000, with 64 KiB of text at most. */
  prints: Print[];
  /** The number of further prints. */
  droppedPrints: number;
  metrics: Metrics;
}

/** The answers of a query, and how the evaluation came to them. */
export interface Explanation {
  /** JSON text, as of `traceAllJson`. */
  value: string;
  /** The first events: at most 10,000, and at most 64 KiB of notes. */
  events: ExplainEvent[];
  /** The number of further events. */
  droppedEvents: number;
}

/** Options of {@link Engine.explain}. */
export interface ExplainOptions {
  /** The events: the notes of `trace(...)` alone, or all steps. Default: `notes`. */
  mode?: "notes" | "full";
}

/** The packages and annotations of policies, in the form of `opa inspect`. */
export interface Inspection {
  /** The names of the policies of each package, by its path: `data.authz`. */
  namespaces: Record<string, string[]>;
  /** The annotated rules and packages by path; absent in a build that reads no annotations. */
  annotations?: {
    /** The fields of the annotation: `scope`, `title`, `custom` and others. */
    annotations: Record<string, JsonValue>;
    /** Where the rule or package begins, from 1. */
    location: { file: string; row: number; col: number };
    /** Its path, as terms of OPA's syntax trees. */
    path: { type: string; value: JsonValue }[];
  }[];
}

/** What an engine can evaluate, in the form of OPA's `capabilities.json`. */
export interface Capabilities {
  /** The builtins by name, with OPA's types. */
  builtins: {
    name: string;
    decl: JsonValue;
    infix?: string;
    relation?: boolean;
    deprecated?: boolean;
    nondeterministic?: boolean;
  }[];
  future_keywords: string[];
  features: string[];
}

/** Options of {@link Engine.trace}. */
export interface TraceOptions {
  /** False bypasses the decision cache: a cached answer prints nothing. Default: true, as in `evaluate`. */
  decisionCache?: boolean;
}

/** Options of {@link Engine.runTests}. */
export interface TestOptions {
  /** A regular expression to search for in the full name of a test, such as `data.authz.test_ann`. */
  filter?: string;
  /** Whether to report the coverage of the tests. Default: false. */
  coverage?: boolean;
}

/** The outcome of a test: `error` if there is none, `skip` if its name begins with `todo_test_`. */
export type TestOutcome = "pass" | "fail" | "error" | "skip";

/** One test. */
export interface TestResult {
  /** Its package, such as `data.authz`. */
  package: string;
  /** Its name, such as `test_ann`; the second clause of that name is `test_ann#01`. */
  name: string;
  /** Name of the policy that it is in. */
  file: string;
  /** Line that it begins in, from 1. */
  line: number;
  /** Column that it begins in, from 1. */
  column: number;
  outcome: TestOutcome;
  /** The code of an error. */
  code?: GridErrorCode;
  /** The place and the cause of an error. */
  message?: string;
  /** The cases of a test with keys, such as `test_roles[case.note] if ...`, each with its keys. */
  cases?: { path: string[]; outcome: "pass" | "fail" }[];
  /** Its prints. */
  prints: Print[];
  /** The number of further prints. */
  droppedPrints: number;
  /** How long its evaluation took, in nanoseconds. */
  durationNs: number;
}

/** All tests. As in OPA, one with cases counts as its cases. */
export interface TestReport {
  /** By policy, in the order of the source. */
  results: TestResult[];
  pass: number;
  fail: number;
  error: number;
  skip: number;
  /** The coverage of the tests, themselves included, if the options request it. */
  coverage?: Coverage;
}

/** Lines from the first to the last one, from 1. */
export interface Lines {
  start: number;
  end: number;
}

/** The coverage of one policy. A line with covered and other parts is in both lists, as in OPA. */
export interface FileCoverage {
  /** Name of the policy. */
  file: string;
  /** Heads of rules that had a value, and statements that were evaluated. */
  covered: Lines[];
  /** The others. */
  notCovered: Lines[];
  coveredLines: number;
  notCoveredLines: number;
  /** In percent of the lines. */
  coverage: number;
}

/** The coverage of all policies. */
export interface Coverage {
  /** By name. */
  files: FileCoverage[];
  coveredLines: number;
  notCoveredLines: number;
  /** In percent of the lines. */
  coverage: number;
}
