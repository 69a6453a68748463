// Runs the suites one after another, goes on after a failure, and adds up.
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import type { Context } from "../pipeline/context.ts";
import { run, tailOf } from "../tools/exec.ts";
import { countVitest, describeVitestFailures, type Counts } from "./counts.ts";
import { suites } from "./suites.ts";

/** Runs all suites whose name contains `only`. */
export async function runSuites(only: string, logs: string, context: Context): Promise<Counts> {
  const chosen = suites.filter((suite) => suite.name.includes(only));
  if (chosen.length === 0)
    throw new BoardkitError(`no suite's name contains ${only}`, {
      code: "SUITE_NONE",
      exit: "nothingMatched",
      mend: `the suites are:\n${suites.map((suite) => suite.name).join("\n")}`,
    });
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const suite of chosen) {
    const log = join(logs, `${suite.name.replaceAll(/\W+/g, "-")}.log`);
    const outcome = await run({
      argv: suite.argv,
      cwd: suite.cwd,
      env: { RUST_BACKTRACE: undefined, ...suite.env },
      log,
      signal: context.signal,
    });
    const counts = suite.count(outcome.stdout, outcome.exitCode);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.reasons.push(...counts.reasons);
    const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    if (counts.failed === 0) {
      context.reporter.done("test", suite.name, outcome.seconds, note);
      continue;
    }
    context.reporter.failed("test", suite.name, outcome.seconds, note);
    const stdout = suite.count === countVitest ? describeVitestFailures(outcome.stdout) : outcome.stdout;
    process.stderr.write(`${tailOf(stdout)}\n${tailOf(outcome.stderr)}\n  log: ${log}\n`);
  }
  return total;
}
