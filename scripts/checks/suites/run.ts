// Runs the suites one after another, continues after a failure, and adds up their counts.
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { BoardkitError } from "../../lib/errors.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { Context } from "../../stages/context.ts";
import { stepKey } from "../../stages/times.ts";
import { describeEnd, run, tailOf } from "../../tools/exec.ts";
import { countVitest, describeVitestFailures, type Counts } from "./counts.ts";
import { testLog } from "./logs.ts";
import type { Suite } from "./suite.ts";

/** Runs the suites whose name contains `only`. */
export async function runSuites(suites: Suite[], only: string, context: Context): Promise<Counts> {
  const chosen = suites.filter((suite) => suite.name.includes(only));
  if (chosen.length === 0)
    throw new BoardkitError(`no suite's name contains ${only}`, {
      code: "SUITE_NONE",
      exit: "nothingMatched",
      fix: `the suites are:\n${suites.map((suite) => suite.name).join("\n")}`,
    });
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const suite of chosen) {
    const obstacle = await suite.findObstacle?.(context);
    if (obstacle !== undefined) {
      total.skipped += 1;
      total.reasons.push(`${suite.name}: ${obstacle}`);
      context.reporter.skipped("test", suite.name, obstacle);
      continue;
    }
    const log = testLog(suite.name);
    if (suite.report) await rm(suite.report, { force: true });
    const recorded = { key: stepKey("test", suite.name, "") };
    const outcome = await whileRunning(context.reporter, ["test", suite.name, recorded], () =>
      run({
        argv: typeof suite.argv === "function" ? suite.argv(context) : suite.argv,
        cwd: suite.cwd,
        // Commands that tests call do not add to the summary of the job.
        env: { RUST_BACKTRACE: undefined, GITHUB_STEP_SUMMARY: undefined, ...suite.env },
        log,
        timeoutSeconds: suite.timeoutSeconds,
        signal: context.signal,
      }),
    );
    const report = suite.report ? await readReport(suite.report) : outcome.stdout;
    const counts = suite.count(report, outcome.exitCode);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.reasons.push(...counts.reasons);
    const ended = outcome.timedOut ? `${describeEnd(outcome)}; ` : "";
    const note = `${ended}${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    if (counts.failed === 0) {
      context.reporter.done("test", suite.name, outcome.seconds, note);
      continue;
    }
    context.reporter.failed("test", suite.name, outcome.seconds, note);
    const failures = suite.count === countVitest ? describeVitestFailures(report) : tailOf(report);
    process.stderr.write(`${failures}\n${tailOf(outcome.stderr)}\n  log: ${log}\n`);
  }
  return total;
}

async function readReport(path: string): Promise<string> {
  return existsSync(path) ? readFile(path, "utf8") : "";
}
