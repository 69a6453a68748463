// The report of a suite -> its counts. Pure.
import type { BoardReport } from "../../model/report/board-report.ts";

export type Counts = { passed: number; failed: number; skipped: number; reasons: string[] };
/** `report` is the suite's stdout, or the text of the file that it wrote; empty if there is none. */
export type Count = (report: string, exitCode: number | undefined) => Counts;

/** One check: passed if the exit code is 0. */
export const countOne: Count = (_stdout, exitCode) => ({
  passed: exitCode === 0 ? 1 : 0,
  failed: exitCode === 0 ? 0 : 1,
  skipped: 0,
  reasons: [],
});

/** The summaries of libtest, one per test program. */
export const countLibtest: Count = (stdout, exitCode) => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const match of stdout.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    counts.passed += Number(match[1]);
    counts.failed += Number(match[2]);
    counts.skipped += Number(match[3]);
  }
  for (const match of stdout.matchAll(/^test (.+) \.\.\. ignored(?:, (.*))?$/gm))
    counts.reasons.push(`${match[1]}: ${match[2] ?? "no reason given"}`);
  return orFailed(counts, exitCode);
};

/** The last line of pytest, and the reasons of skips that `-ra` prints. */
export const countPytest: Count = (stdout, exitCode) => {
  const counted = (outcome: string) => Number(new RegExp(`^.*?\\b(\\d+) ${outcome}\\b.* in [\\d.]+s`, "m").exec(stdout)?.[1] ?? 0);
  const reasons = [...stdout.matchAll(/^SKIPPED \[\d+\] (.*)$/gm)].map(([, reason]) => reason!);
  return orFailed(
    { passed: counted("passed"), failed: counted("failed") + counted("errors?"), skipped: counted("skipped"), reasons },
    exitCode,
  );
};

/** Counts that another Boardkit command printed as JSON. */
export const countCounted: Count = (stdout, exitCode) => {
  const none: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  return orFailed(stdout.startsWith("{") ? (JSON.parse(stdout) as Counts) : none, exitCode);
};

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  testResults: {
    name: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[]; meta?: { reason?: string } }[];
  }[];
};

/** vitest's JSON report. */
export const countVitest: Count = (text, exitCode) => {
  if (text === "") return { passed: 0, failed: 1, skipped: 0, reasons: [] };
  const report = JSON.parse(text) as VitestReport;
  const all = report.testResults.flatMap((file) => file.assertionResults);
  return orFailed(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
      reasons: all
        .filter((test) => test.status === "pending" || test.status === "skipped")
        .map((test) => `${test.fullName}: ${test.meta?.reason ?? "no reason given"}`),
    },
    exitCode,
  );
};

/** The failures of a vitest report as text. */
export function describeVitestFailures(text: string): string {
  if (text === "") return "vitest wrote no report";
  const report = JSON.parse(text) as VitestReport;
  return report.testResults
    .flatMap((file) => [
      ...(file.message ? [`${file.name}: ${file.message}`] : []),
      ...file.assertionResults.flatMap((test) =>
        test.failureMessages?.length ? [`${test.fullName}\n${test.failureMessages.join("\n")}`] : [],
      ),
    ])
    .join("\n\n");
}

/** The JSON report of `boardkit board`: each board is a result. */
export const countBoards: Count = (text, exitCode) => {
  const { boards } = text === "" ? { boards: [] } : (JSON.parse(text) as BoardReport);
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const { board, verdict, reason } of boards) {
    counts[verdict === "unsupported" ? "skipped" : verdict] += 1;
    if (verdict === "unsupported") counts.reasons.push(`${board}: ${reason}`);
  }
  return orFailed(counts, exitCode);
};

/** A program that fails without a counted failure (a compiler error, a crash) is one failure; so is a program without any count. */
function orFailed(counts: Counts, exitCode: number | undefined): Counts {
  const nothing = counts.passed + counts.failed + counts.skipped === 0;
  return (exitCode !== 0 && counts.failed === 0) || nothing ? { ...counts, failed: counts.failed + 1 } : counts;
}
