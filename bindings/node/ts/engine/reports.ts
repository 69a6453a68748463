import { gridError, nativeCall, spelled } from "../addon-errors.ts";
import type { NativeDiagnostic, NativeEngine, NativeExplanation, NativeTestReport, NativeTrace } from "../addon.ts";
import { choiceArgument, optionsArgument, textArgument } from "../arguments.ts";
import { ArgumentError, type GridError, type GridErrorDetails } from "../errors.ts";
import { lacking } from "../features.ts";
import { camelNames } from "../names.ts";
import type {
  Capabilities,
  Coverage,
  Diagnostic,
  Explanation,
  ExplainOptions,
  Inspection,
  TestOptions,
  TestReport,
  Trace,
  TraceOptions,
} from "../report.ts";

/** The name of a source without a name. */
const UNNAMED = "<source>";
const EXPLAIN_OPTIONS = { mode: "string" } as const;
const TRACE_OPTIONS = { decisionCache: "boolean" } as const;
const TEST_OPTIONS = { filter: "string", coverage: "boolean" } as const;

/** See {@link Engine.validate}. */
export function validate(native: NativeEngine, sources: string | Readonly<Record<string, string>>): Diagnostic[] {
  const byName = typeof sources === "string" ? { [UNNAMED]: sources } : sources;
  if (typeof byName !== "object" || byName === null) throw new ArgumentError("sources must be a source, or an object of names and sources");
  const names = Object.keys(byName).map((name) => textArgument(name, "a policy's name"));
  const texts = names.map((name) => textArgument(byName[name], `the source of ${name}`));
  const faults = parsed<NativeDiagnostic[]>(() => native.validate(names, texts));
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
  return traced(() => native.trace(query, input, !decisionCache), parse);
}

/** See {@link Engine.traceAllJson}. */
export function traceAllJson(native: NativeEngine, query: string, input: string | undefined): Trace<string> {
  return traced(
    () => native.traceAll(query, input),
    (text) => text,
  );
}

function traced<T>(call: () => string, parse: (text: string) => T): Trace<T> {
  const { value, error, prints, droppedPrints, metrics } = parsed<NativeTrace>(call);
  if (error) throw Object.assign(thrownOf(error), { prints });
  return { value: value === null ? undefined : parse(value), prints, droppedPrints, metrics };
}

/** See {@link Engine.runTests}. */
export function runTests(native: NativeEngine, options: TestOptions | undefined): TestReport {
  const { filter, coverage: wanted = false } = optionsArgument(options, TEST_OPTIONS);
  if (filter !== undefined) textArgument(filter, "the option filter");
  const { coverage: covered, results, ...totals } = parsed<NativeTestReport>(() => native.runTests(filter, wanted));
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
  return parsed<Coverage>(() => native.coverage!(query, input));
}

/** See {@link Engine.explain}. */
export function explain(native: NativeEngine, query: string, input: string | undefined, options: ExplainOptions | undefined): Explanation {
  const { mode = "notes" } = optionsArgument(options, EXPLAIN_OPTIONS);
  const checked = choiceArgument(mode, ["notes", "full"], "the option mode");
  const { value, error, events, droppedEvents } = parsed<NativeExplanation>(() => native.explain(query, input, checked === "full"));
  if (error) throw Object.assign(thrownOf(error), { events });
  return { value: value ?? "[]", events, droppedEvents };
}

/** See {@link Engine.inspect}. */
export function inspect(native: NativeEngine): Inspection {
  return parsed<Inspection>(() => native.inspect());
}

/** See {@link Engine.capabilities}. */
export function capabilities(native: NativeEngine): Capabilities {
  return parsed<Capabilities>(() => native.capabilities());
}

/** See {@link Engine.format}. */
export function format(native: NativeEngine, source: string): string {
  if (!native.format) throw lacking("format");
  return nativeCall(() => native.format!(source));
}

function thrownOf(error: NativeDiagnostic): GridError {
  return gridError(Object.assign(new Error(error.text), { code: error.code }, known(error)));
}

/** The value of a call that returns JSON text. */
function parsed<T>(call: () => string): T {
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

/** The known details of the place and the limit. */
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
