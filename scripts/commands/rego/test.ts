// `boardkit rego test`: the tests in policies, as `opa test` runs and reports them.
import { Command, InvalidArgumentError, Option } from "commander";
import { parseCount, folderOf, print } from "../shared.ts";
import type { Edge } from "../command.ts";
import { coverageJson } from "./coverage-json.ts";
import { describeFaults } from "./faults.ts";
import { loadGrid, type TestReport } from "./grid.ts";
import { loadEngine, PolicyErrors } from "./load.ts";
import { addLoadOptions, formatOption, type LoadOptions, maxErrorsOption, versionOf, type WatchOption, watchOption } from "./options.ts";
import { describeTests, hasFailed, testsJson } from "./test-report.ts";
import { printError, runWatched } from "./watch.ts";

type Options = LoadOptions &
  WatchOption & {
    format: "pretty" | "json";
    maxErrors: number;
    verbose: boolean;
    run?: string;
    coverage: boolean;
    threshold: number;
    exitZeroOnSkipped: boolean;
    failOnEmpty: boolean;
    timeout: number;
  };

/** OPA's exit code if a test fails. */
const FAILED = 2;

export function addTest(parent: Command, edge: Edge): void {
  addLoadOptions(parent.command("test"))
    .description("run the tests of policies, rules named `test_...`, with the engine that will run the policies")
    .argument("<paths...>", "policies and data, or folders of them")
    .addOption(formatOption(["pretty", "json"], "pretty"))
    .option("-v, --verbose", "print passed tests too", false)
    .option("-r, --run <regex>", "run only the tests whose full name the regular expression matches")
    .option("-c, --coverage", "report coverage as JSON", false)
    .addOption(new Option("--threshold <percent>", "fail if the coverage is less").argParser(parsePercent).default(0))
    .option("-z, --exit-zero-on-skipped", "skipped tests do not fail the run", false)
    .option("--fail-on-empty", "fail if there is no test", false)
    .addOption(new Option("--timeout <ms>", "time limit of a test").argParser(parseCount(1, 3_600_000)).default(5000))
    .addOption(maxErrorsOption())
    .addOption(watchOption())
    .action(async (paths: string[], options: Options, command: Command) => {
      const cwd = folderOf(command);
      const grid = await loadGrid(cwd);
      const { ignore } = options;
      const sources = { paths: options.bundle ? [] : paths, bundles: options.bundle ? paths : [], ignore, version: versionOf(options) };
      await runWatched({ paths, cwd, watch: options.watch, signal: edge.signal }, async () => {
        try {
          const { engine } = await loadEngine(grid, sources, cwd, { maxEvaluationMs: options.timeout });
          const coverage = options.coverage || options.threshold > 0;
          return report(engine.runTests({ ...(options.run !== undefined && { filter: options.run }), coverage }), options);
        } catch (error) {
          if (!(error instanceof PolicyErrors)) throw error;
          printError(describeFaults(error, options.maxErrors));
          return 1;
        }
      });
    });
}

/** Prints a report and returns the exit code. */
function report(tests: TestReport, options: Options): number {
  const { results, coverage } = tests;
  const failed = results.some((result) => hasFailed(result) && !(result.outcome === "skip" && options.exitZeroOnSkipped));
  if (coverage === undefined) {
    const text = options.format === "json" ? testsJson(results) : describeTests(results, options.verbose);
    if (text !== "") print(text);
    if (results.length > 0 || !options.failOnEmpty) return failed ? FAILED : 0;
    printError("no tests were run");
    return 1;
  }
  const bad = results.filter(({ outcome }) => outcome === "fail" || outcome === "error");
  if (bad.length > 0) {
    print(describeTests(bad, options.verbose));
    return 1;
  }
  if (coverage.coverage < options.threshold) {
    printError(`Code coverage threshold not met: got ${coverage.coverage.toFixed(2)} instead of ${options.threshold.toFixed(2)}`);
    return FAILED;
  }
  print(coverageJson(coverage));
  return 0;
}

function parsePercent(value: string): number {
  const percent = Number(value);
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError("expected a number from 0 to 100.");
}
