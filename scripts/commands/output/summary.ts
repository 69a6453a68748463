// The tables of a report as Markdown, for the job summary of GitHub Actions.
import { appendFile } from "node:fs/promises";
import { formatBytes, formatSeconds } from "../../lib/reporter.ts";
import type { BuildReport, DistReport, TargetReport } from "../../model/report/dist-report.ts";
import { boardName, compareReports } from "../../stages/report/compare.ts";
import { findingsOf } from "./html/findings.ts";
import { missingOf } from "./html/report-page.ts";
import { countFindings, plural } from "./html/targets.ts";

/** Adds a text to the job summary; outside of GitHub Actions there is none. */
export async function addToJobSummary({ GITHUB_STEP_SUMMARY: path }: NodeJS.ProcessEnv, text: () => string): Promise<void> {
  if (path) await appendFile(path, text());
}

/** Targets, boards, findings, changes, and what is missing. */
export function summariseReport(report: DistReport, earlier?: DistReport): string {
  const { project, targets, boards } = report;
  const findings = findingsOf(targets).filter(({ severity }) => severity !== "note");
  const changes = earlier ? compareReports(earlier, report) : [];
  return [
    `## ${escapeMarkdown(`${project.name} ${project.version}`)}`,
    table(["target", "size", "needs", "audit", "cases", "build"], targets.map(targetRow)),
    boards.length > 0 &&
      table(
        ["board", "CPU", "boot", "runtime alone", "with addon", "smoke script", "verdict"],
        boards.map((board) => [
          boardName(board),
          board.cpu,
          board.bootSeconds === undefined ? "-" : formatSeconds(board.bootSeconds),
          ...[board.bare, board.loaded, board.smoke].map((memory) => (memory ? `${(memory.rssAnonKiB / 1024).toFixed(1)} MiB` : "-")),
          board.verdict === "passed" ? `✓ ${board.passed} passed` : `✗ ${board.verdict}${board.fault ? `: ${board.fault}` : ""}`,
        ]),
      ),
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
    ...missingOf(report).map(({ subject, text, fix }) => `- ${escapeMarkdown(`${subject ? `${subject}: ` : ""}${text}; ${fix}`)}`),
  ]
    .filter(Boolean)
    .join("\n\n")
    .concat("\n\n");
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

/** A table of GitHub's Markdown. */
function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(header), `|${header.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

/** Text that Markdown takes as it is: neither marks, links, mentions nor HTML. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|~#&!@]/g, (character) => `&#${character.codePointAt(0)};`).replaceAll(/\s*\n\s*/g, " ");
}
