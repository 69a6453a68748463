import {
  gridError,
  type NativeDiagnostic,
  type NativeEngine,
  type NativeTestReport,
  type NativeTrace,
  nativeCall,
  spelled,
} from "./addon.ts";
import { optionsArgument, textArgument } from "./arguments.ts";
import { lacking } from "./features.ts";
import { ArgumentError, type GridErrorCode, type GridErrorDetails } from "./errors.ts";
import { camelNames } from "./options.ts";

/** What is wrong with a policy, as an error of loading it would tell. What is not known is left out. */
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
  /** Lines that say more: the line of the source with a caret, or what was found and what was wanted. */
  details?: string[];
}

/** One `print(...)` of a policy. */
export interface Print {
  /** Name of the policy; `<query>` for the text of a query. */
  file: string;
  /** Line in it, from 1. */
  line: number;
  /** The values, as OPA prints them. */
  text: string;
}

/** What an answer took. Times are nanoseconds. */
export interface Metrics {
  /** The evaluation alone; 0 where the decision cache had the answer. */
  evaluationNs: number;
  /** Reading the input from JSON; 0 where there was none. */
  inputParseNs: number;
  /** Building the serving set of policies and data, when it was loaded. */
  compileNs: number;
  /**
   * Whether the decision cache had the answer. `off`: it was not asked, because the engine has none or the answer is not one that it keeps.
   */
  decisionCache: "off" | "miss" | "hit";
}

/** An answer and what was seen on the way to it. */
export interface Trace<T> {
  /** What `evaluate` returns. */
  value: T | undefined;
  /** What policies printed: the first 1000 prints, 64 KiB of texts at most. */
  prints: Print[];
  /** How many prints more there were. */
  droppedPrints: number;
  metrics: Metrics;
}

/** How {@link Engine.trace} asks. */
export interface TraceOptions {
  /** False asks past the decision cache: what it answers prints nothing. Default: true, as `evaluate` does. */
  decisionCache?: boolean;
}

/** Which tests {@link Engine.runTests} runs, and what it tells. */
export interface TestOptions {
  /** A regular expression that is found in the whole name of a test, such as `data.authz.test_ann`. */
  filter?: string;
  /** Whether to tell what the tests reach. Default: false. */
  coverage?: boolean;
}

/** What came of a test: `error` if it could not be told, `skip` if its name begins with `todo_test_`. */
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
  outcome: TestOutcome;
  /** Of an error: its code. */
  code?: GridErrorCode;
  /** Of an error: where and why. */
  message?: string;
  /** Of a test with keys, such as `test_roles[case.note] if ...`: its cases, each with its keys. */
  cases?: { path: string[]; outcome: "pass" | "fail" }[];
  /** What it printed. */
  prints: Print[];
  /** How many prints more there were. */
  droppedPrints: number;
  /** How long its evaluation took, in nanoseconds. */
  durationNs: number;
}

/** All tests. As in OPA, one with cases counts as its cases. */
export interface TestReport {
  /** By policy, in the order in which they stand in it. */
  results: TestResult[];
  pass: number;
  fail: number;
  error: number;
  skip: number;
  /** What the tests reach, themselves included, if the options ask for it. */
  coverage?: Coverage;
}

/** Lines from the first to the last one, from 1. */
export interface Lines {
  start: number;
  end: number;
}

/** What was reached of one policy. A line that holds both is in both lists, as in OPA. */
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

/** What was reached of all policies. */
export interface Coverage {
  /** By name. */
  files: FileCoverage[];
  coveredLines: number;
  notCoveredLines: number;
  /** In percent of the lines. */
  coverage: number;
}

/** The name of a source that is given without one. */
const UNNAMED = "<source>";
const TRACE_OPTIONS = { decisionCache: "boolean" } as const;
const TEST_OPTIONS = { filter: "string", coverage: "boolean" } as const;

/** See {@link Engine.validate}. */
export function validate(native: NativeEngine, sources: string | Readonly<Record<string, string>>): Diagnostic[] {
  const byName = typeof sources === "string" ? { [UNNAMED]: sources } : sources;
  if (typeof byName !== "object" || byName === null) throw new ArgumentError("sources must be a source, or an object of names and sources");
  const names = Object.keys(byName).map((name) => textArgument(name, "a policy's name"));
  const texts = names.map((name) => textArgument(byName[name], `the source of ${name}`));
  const faults = told<NativeDiagnostic[]>(() => native.validate(names, texts));
  return faults.map(diagnostic);
}

/** See {@link Engine.trace}; `parse` reads the answer. */
export function trace<T>(
  native: NativeEngine,
  query: string,
  input: string | undefined,
  options: TraceOptions | undefined,
  parse: (text: string) => T,
): Trace<T> {
  const { decisionCache = true } = optionsArgument(options, TRACE_OPTIONS);
  const { value, error, prints, droppedPrints, metrics } = told<NativeTrace>(() => native.trace(query, input, !decisionCache));
  if (error) {
    const thrown = gridError(Object.assign(new Error(error.text), { code: error.code }, known(error)));
    throw Object.assign(thrown, { prints });
  }
  return { value: value === null ? undefined : parse(value), prints, droppedPrints, metrics };
}

/** See {@link Engine.runTests}. */
export function runTests(native: NativeEngine, options: TestOptions | undefined): TestReport {
  const { filter, coverage: wanted = false } = optionsArgument(options, TEST_OPTIONS);
  if (filter !== undefined) textArgument(filter, "the option filter");
  const { coverage: covered, results, ...totals } = told<NativeTestReport>(() => native.runTests(filter, wanted));
  return {
    results: results.map(({ code, message, cases, ...result }) => ({
      ...result,
      ...(code && { code, message: spelled(code, message!) }),
      ...(cases.length > 0 && { cases }),
    })),
    ...totals,
    ...(covered && { coverage: covered }),
  };
}

/** See {@link Engine.coverage}. */
export function coverage(native: NativeEngine, query: string, input: string | undefined): Coverage {
  if (!native.coverage) throw lacking("coverage");
  return told<Coverage>(() => native.coverage!(query, input));
}

/** What the addon tells as JSON text. */
function told<T>(call: () => string): T {
  return JSON.parse(nativeCall(call)) as T;
}

function diagnostic({ code, message, file, line, column, opaCode, details }: NativeDiagnostic): Diagnostic {
  return {
    code,
    message: spelled(code, message),
    ...(file !== null && { file }),
    ...(line !== null && { line }),
    ...(column !== null && { column }),
    ...(opaCode !== null && { opaCode }),
    ...(details.length > 0 && { details }),
  };
}

/** Of the place and the limit what is known. */
function known({ file, line, column, opaCode, kind, option, limit }: NativeDiagnostic): GridErrorDetails {
  return {
    file: file ?? undefined,
    line: line ?? undefined,
    column: column ?? undefined,
    opaCode: opaCode ?? undefined,
    kind: kind ?? undefined,
    option: option === null ? undefined : camelNames(option),
    limit: limit ?? undefined,
  };
}
