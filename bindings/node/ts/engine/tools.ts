import { textArgument } from "../arguments.ts";
import { jsonText, type JsonValue } from "../json.ts";
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
import { EngineContents } from "./contents.ts";
import type { EngineHandle } from "./handle.ts";
import { capabilities, coverage, explain, format, inspect, runTests, trace, traceAllJson, validate } from "./reports.ts";

/** What `opa` does with policies, for machines that have none. */
export class EngineTools extends EngineContents {
  readonly #handle: EngineHandle;

  /** @internal */
  constructor(handle: EngineHandle) {
    super(handle);
    this.#handle = handle;
  }

  /**
   * The errors of loading policies now in one step; empty if they would load. Nothing changes.
   *
   * Each source is parsed alone, then all are compiled together with the loaded policies. There are up to 100 errors; a load reports ten.
   * As in OPA, errors of a later stage of the compiler appear after those of an earlier stage are fixed.
   *
   * @param sources a source in addition to the loaded ones; or source texts by name, in place of those with the same names
   * @throws {ArgumentError} the sources are not texts, or a name is not allowed; bad Rego never throws
   */
  validate(sources: string | Readonly<Record<string, string>>): Diagnostic[] {
    return validate(this.#handle.native(), sources);
  }

  /**
   * As {@link evaluate}, with the prints of policies and metrics.
   *
   * @throws {GridError} as {@link evaluate}; `prints` has the prints before it
   */
  trace<T = JsonValue>(ruleOrQuery: string, input?: unknown, options?: TraceOptions): Trace<T> {
    const native = this.#handle.native();
    textArgument(ruleOrQuery, "the rule or query");
    return trace(native, ruleOrQuery, inputOf(input), options, (text) => this.#handle.parsed(text) as T);
  }

  /**
   * All answers of a query of any number of expressions, as `opa eval` prints them, with the prints of policies and metrics. The decision
   * cache is not used.
   *
   * @param inputText as of {@link evaluateJson}
   * @returns the value is the JSON text of an array: for each answer `expressions`, with `value`, `text` and `location` (`row`, `col`), and if
   * the query has variables their `bindings`. It is empty if the query does not hold
   * @throws {GridError} as {@link query}; `prints` has the prints before it
   */
  traceAllJson(query: string, inputText?: string): Trace<string> {
    const native = this.#handle.native();
    textArgument(query, "the query");
    if (inputText !== undefined) textArgument(inputText, "the input text");
    return traceAllJson(native, query, inputText);
  }

  /**
   * Runs the tests of the loaded policies as `opa test` does: all rules whose name begins with `test_`. A test passes if it is true; a test
   * with keys has cases, and all must be true. Each runs within the limits of an evaluation. The call returns after all have run.
   *
   * @throws {ArgumentError} the filter is not a regular expression; an error in a test is its result
   */
  runTests(options?: TestOptions): TestReport {
    return runTests(this.#handle.native(), options);
  }

  /**
   * The lines of the policies that an evaluation reaches, as in `opa eval --coverage`.
   *
   * @throws {GridError} as {@link evaluate}
   * @throws {AddonError} this build of Grid was made without coverage
   */
  coverage(ruleOrQuery: string, input?: unknown): Coverage {
    const native = this.#handle.native();
    textArgument(ruleOrQuery, "the rule or query");
    return coverage(native, ruleOrQuery, inputOf(input));
  }

  /**
   * All answers of a query, as {@link traceAllJson}, with the notes of `trace(...)`, or with all steps. The steps are those of this engine: it
   * evaluates less than OPA, whose trace has other events.
   *
   * @throws {GridError} as {@link query}; `events` has the events before it
   */
  explain(query: string, inputText?: string, options?: ExplainOptions): Explanation {
    const native = this.#handle.native();
    textArgument(query, "the query");
    if (inputText !== undefined) textArgument(inputText, "the input text");
    return explain(native, query, inputText, options);
  }

  /** The packages of the loaded policies and the annotations in them, in the form of `opa inspect`. */
  inspect(): Inspection {
    return inspect(this.#handle.native());
  }

  /**
   * What policies of this engine can call, in the form of OPA's capabilities: `opa check --capabilities <file>` then accepts what this
   * engine accepts.
   */
  capabilities(): Capabilities {
    return capabilities(this.#handle.native());
  }

  /**
   * The text of a policy as `opa fmt` writes it, in the version of the option `regoVersion`. Comments stay, and nothing is loaded. The text
   * is parsed again: if it would mean something else than the source, or lose a comment, that is an error.
   *
   * @param source Rego source text
   * @throws {CompileError} the source does not parse, or cannot be formatted; `line` and `column` say where if known
   * @throws {LimitError} the source is longer than `maxPolicyBytes`, nests deeper than `maxNesting`, or takes too long
   * @throws {AddonError} this build of Grid was made without formatting
   */
  format(source: string): string {
    const native = this.#handle.native();
    textArgument(source, "the source");
    return format(native, source);
  }
}

/** The JSON text of an input; undefined if there is none. */
export function inputOf(input: unknown): string | undefined {
  return input === undefined ? undefined : jsonText(input, "input");
}
