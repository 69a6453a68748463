// Runs the suites in order, continues after a failure, and adds up their counts.
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
  const all: Promise<Counts>[] = [];
  let before: Promise<unknown> = Promise.resolve();
  for (const suite of chosen) {
    const counts = before.then(() => runSuite(suite, context));
    all.push(counts);
    if (!suite.beside) before = counts;
  }
  return addUp(await Promise.all(all));
}

/** Runs a suite, reports it, and prints its failures. */
async function runSuite(suite: Suite, context: Context): Promise<Counts> {
  const obstacle = await suite.findObstacle?.(context);
  if (obstacle !== undefined) {
    context.reporter.skipped("test", suite.name, obstacle);
    return { passed: 0, failed: 0, skipped: 1, reasons: [`${suite.name}: ${obstacle}`] };
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
  const ended = outcome.timedOut ? `${describeEnd(outcome)}; ` : "";
  const note = `${ended}${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  if (counts.failed === 0) {
    context.reporter.done("test", suite.name, outcome.seconds, note);
    return counts;
  }
  context.reporter.failed("test", suite.name, outcome.seconds, note);
  const failures = suite.count === countVitest ? describeVitestFailures(report) : tailOf(report);
  process.stderr.write(`${failures}\n${tailOf(outcome.stderr)}\n  log: ${log}\n`);
  return counts;
}

function addUp(all: Counts[]): Counts {
  const sum = (key: "passed" | "failed" | "skipped") => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped"), reasons: all.flatMap(({ reasons }) => reasons) };
}

async function readReport(path: string): Promise<string> {
  return existsSync(path) ? readFile(path, "utf8") : "";
}
