// The tables of a report as Markdown, for the job summary of GitHub Actions.
import { formatBytes, formatSeconds } from "../../lib/reporter.ts";
import type { BoardResult } from "../../model/report/board-report.ts";
import type { BuildReport, DistReport, TargetReport } from "../../model/report/dist-report.ts";
import { boardName, compareReports } from "../../stages/report/compare.ts";
import { findingsOf } from "./html/findings.ts";
import { missingOf } from "./html/report-page.ts";
import { countFindings, plural } from "./html/targets.ts";
import { escapeMarkdown, joinBlocks, table } from "./markdown.ts";

/** Targets, boards, findings, changes, and what is missing. */
export function summariseReport(report: DistReport, earlier?: DistReport): string {
  const { project, targets, boards } = report;
  const findings = findingsOf(targets).filter(({ severity }) => severity !== "note");
  const changes = earlier ? compareReports(earlier, report) : [];
  const missing = missingOf(report);
  return joinBlocks([
    `## ${escapeMarkdown(`${project.name} ${project.version}`)}`,
    table(["target", "size", "needs", "audit", "cases", "build"], targets.map(targetRow)),
    boards.length > 0 && boardsTable(boards),
    findings.length > 0 &&
      table(
        ["finding", "target", "message", "fix"],
        findings.map(({ rule, severity, place, message, fix }) => [`${severity === "error" ? "✗" : "!"} ${rule}`, place, message, fix]),
      ),
    changes.length > 0 &&
      table(
        ["change", "what", "before", "after", ""],
        changes.map(({ subject, what, before, after, difference }) => [subject, what, before, after, difference]),
      ),
    missing.length > 0 &&
      missing.map(({ subject, text, fix }) => `- ${escapeMarkdown(`${subject ? `${subject}: ` : ""}${text}; ${fix}`)}`).join("\n"),
  ]);
}

/** The boards of a report, or of `boardkit board`. */
export function summariseBoards(boards: BoardResult[]): string {
  return joinBlocks([boardsTable(boards)]);
}

function boardsTable(boards: BoardResult[]): string {
  return table(
    ["board", "CPU", "boot", "runtime alone", "with addon", "smoke script", "verdict"],
    boards.map((board) => [
      boardName(board),
      board.cpu,
      board.bootSeconds === undefined ? "-" : formatSeconds(board.bootSeconds),
      ...[board.bare, board.loaded, board.smoke].map((memory) => (memory ? `${(memory.rssAnonKiB / 1024).toFixed(1)} MiB` : "-")),
      board.verdict === "passed" ? `✓ ${board.passed} passed` : `✗ ${board.verdict}${board.fault ? `: ${board.fault}` : ""}`,
    ]),
  );
}

function targetRow({ triple, build, problems }: TargetReport): string[] {
  if (!build) return [triple, "-", "-", "-", problems[0]?.text ?? "-", "-"];
  const { bytes, budget, audit, runs, seconds } = build;
  const share = budget === undefined ? "" : ` (${((bytes / budget) * 100).toFixed(0)} % of ${formatBytes(budget)})`;
  return [
    triple,
    `${formatBytes(bytes)}${share}`,
    audit?.needs ?? "-",
    describeAudit(audit),
    runs
      .map((run) => `${run.outcome === "passed" ? "✓" : run.outcome === "failed" ? "✗" : "-"} ${run.passed} in ${run.runtime || run.kind}`)
      .join("; ") || "not run",
    seconds === undefined ? "-" : formatSeconds(seconds),
  ];
}

function describeAudit(audit: BuildReport["audit"]): string {
  if (!audit) return "not passed";
  const { errors, warnings } = countFindings(audit.findings);
  if (errors > 0) return `✗ ${plural(errors, "error")}`;
  return warnings > 0 ? `! ${plural(warnings, "warning")}` : "✓";
}
