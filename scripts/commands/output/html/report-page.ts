// The page of `boardkit report`.
import type { DistReport } from "../../../model/report/dist-report.ts";
import { compareReports } from "../../../stages/report/compare.ts";
import { DATA_ID } from "../../../stages/report/read-earlier.ts";
import { formatBytes } from "../../../lib/reporter.ts";
import { NOT_BUILT } from "../../../stages/report/read-target.ts";
import { boardSection } from "./boards.ts";
import { changeSection, formatDate } from "./changes.ts";
import { findingSection, findingsOf } from "./findings.ts";
import { embedJson, html, type Html } from "./html.ts";
import { createNotes } from "./notes.ts";
import { mark, problemList, renderPage, scrollTable, section, type Figure } from "./page.ts";
import { originSection } from "./origins.ts";
import { sizeSection } from "./sizes.ts";
import { countFindings, plural, stateOfCounts, targetSection } from "./targets.ts";

/** The page of a report, compared with an earlier one if there is one. */
export function renderReport(report: DistReport, earlier?: DistReport): string {
  const { project, targets, boards, created } = report;
  const notes = createNotes();
  const builds = targets.flatMap(({ build }) => build ?? []);
  const matrix = targets.length > 0 ? targetSection(targets, notes) : undefined;
  const boardCards = boardSection(boards, notes);
  return renderPage({
    brand: "boardkit report",
    title: `${project.name} ${project.version}`,
    facts: [
      formatDate(created),
      ...new Set(builds.map(({ commit, version }) => (commit ? `commit ${shortCommit(commit)}` : `version ${version}`))),
      ...new Set(builds.map(({ profile }) => `profile ${profile}`)),
    ],
    figures: figuresOf(report),
    sections: [
      missingSection(report),
      earlier ? changeSection(earlier, compareReports(earlier, report)) : undefined,
      matrix,
      boardCards,
      findingSection(findingsOf(targets)),
      sizeSection(targets),
      originSection(targets),
      wheelSection(report),
      notes.section(),
    ],
    footer: html`<p>${[...new Set(builds.map(({ builder }) => builder))].map((text) => html`<span>${text}</span> `)}</p>
      <p>Written by <code>boardkit report</code>. <code>boardkit report --compare</code> with this file shows what has changed since.</p>`,
    data: embedJson(DATA_ID, report),
  });
}

/** `dc8861b`, `dc8861b-dirty`. */
function shortCommit(commit: string): string {
  const [hash = "", ...rest] = commit.split("-");
  return [hash.slice(0, 7), ...rest].join("-");
}

/** The counts at the top. */
function figuresOf({ targets, boards }: DistReport): Figure[] {
  const builds = targets.flatMap(({ build }) => build ?? []);
  const runs = builds.flatMap((build) => build.runs);
  const failed = runs.filter(({ outcome }) => outcome === "failed").length;
  const { errors, warnings } = countFindings(findingsOf(targets));
  const over = builds.filter(({ bytes, budget }) => budget !== undefined && bytes > budget).length;
  const booted = boards.filter(({ verdict }) => verdict !== "unsupported");
  const passedBoards = booted.filter(({ verdict }) => verdict === "passed").length;
  const sizes = builds.map(({ bytes }) => bytes);
  const range = sizes.length === 0 ? "–" : [...new Set([Math.min(...sizes), Math.max(...sizes)].map(formatBytes))].join(" to ");
  return [
    { value: `${builds.length} of ${targets.length}`, label: "targets built", state: builds.length === targets.length ? "ok" : "warn" },
    {
      value: String(runs.reduce((sum, { passed }) => sum + passed, 0)),
      label: "cases passed",
      state: failed === 0 && runs.length > 0 ? "ok" : "none",
    },
    ...(failed > 0 ? [{ value: String(failed), label: failed === 1 ? "run failed" : "runs failed", state: "bad" as const }] : []),
    { value: `${errors} / ${warnings}`, label: "errors / warnings", state: stateOfCounts(errors, warnings) },
    { value: range, label: over > 0 ? `${over} over budget` : "size", state: over > 0 ? "bad" : "none" },
    ...(booted.length > 0
      ? [
          {
            value: `${passedBoards} of ${booted.length}`,
            label: "boards passed",
            state: passedBoards === booted.length ? ("ok" as const) : ("bad" as const),
          },
        ]
      : []),
  ];
}

/** Everything that a complete report would have. Targets that are only not built are one entry. */
export function missingOf({ targets, problems, boards }: DistReport): { subject?: string; text: string; fix: string }[] {
  const own = targets.flatMap(({ triple, problems: some }) => some.map((problem) => ({ subject: triple, ...problem })));
  const notBuilt = own.filter(({ text }) => text === NOT_BUILT);
  const isOne = notBuilt.length < 2;
  return [
    ...problems,
    ...own.filter(({ text }) => isOne || text !== NOT_BUILT),
    ...(isOne
      ? []
      : [
          {
            subject: notBuilt.map(({ subject }) => subject).join(", "),
            text: `${notBuilt.length} targets are not built`,
            fix: "run: boardkit ship",
          },
        ]),
    ...(boards.length === 0 && targets.some(({ build }) => build)
      ? [{ text: "no board has been booted", fix: "run: boardkit board" }]
      : []),
  ];
}

function missingSection(report: DistReport): Html | undefined {
  const missing = missingOf(report);
  if (missing.length === 0) return undefined;
  // A board is a step further: a report without one is not half-finished.
  const isOpen = missing.some(({ subject }) => subject !== undefined) || report.problems.length > 0;
  return section(
    "missing",
    isOpen ? "This report is not complete" : "Not in this report",
    undefined,
    html`<details${isOpen ? html` open` : undefined}><summary>${plural(missing.length, "thing")} missing</summary>${problemList(missing)}</details>`,
  );
}

function wheelSection({ wheels }: DistReport): Html | undefined {
  if (wheels.length === 0) return undefined;
  const rows = wheels.map(({ target, file, bytes, needs, findings, run }) => {
    const { errors, warnings } = countFindings(findings);
    return [
      html`<code>${target}</code>`,
      file,
      formatBytes(bytes),
      needs,
      html`${mark(stateOfCounts(errors, warnings))} ${plural(warnings, "warning")}`,
      run,
    ];
  });
  return section(
    "wheels",
    "Python wheels",
    undefined,
    scrollTable("Python wheels", ["target", "file", "size", "needs", "audit", "run"], rows),
  );
}
