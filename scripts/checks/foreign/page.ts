// The tables of docs/foreign-projects.md, from results.json.
import { markdownTable } from "../generate/markdown-table.ts";
import { replaceMarked } from "../generate/marks.ts";
import type { ForeignProject } from "./list.ts";
import type { ForeignRow, ForeignRun } from "./results.ts";
import { nameOf } from "./row.ts";

export const HEADER = ["project", "target", "built", "audit", "ran"];

/** The cells of a row. */
export function cellsOf({ project, target, built, audit, runs, notRun }: ForeignRow): string[] {
  const ran = notRun === undefined ? runs.map(runText).join("; ") || "-" : `not run: ${notRun}`;
  return [project, target, built, auditText(audit), ran];
}

function runText({ program, did, cpu, end }: ForeignRun): string {
  return `${program}, ${did} on ${cpu}${end === "runs" ? "" : ` ${end}`}`;
}

function auditText(audit: ForeignRow["audit"]): string {
  if (audit === undefined) return "-";
  if (audit === "fails") return "no";
  return audit === 0 ? "clean" : `no error, ${audit} ${audit === 1 ? "note or warning" : "notes and warnings"}`;
}

/** The page, with its tables as the rows have them. */
export function generateForeignPage(
  page: string,
  projects: Pick<ForeignProject, "name" | "version" | "kind">[],
  rows: ForeignRow[],
): string {
  const results = projects.flatMap((project) => {
    const own = rows.filter((row) => row.project === nameOf(project));
    return own.length > 0 ? [[nameOf(project), project.kind, resultOf(own)]] : [];
  });
  const table = markdownTable([["project", "an example of", "result"], ...results]);
  return replaceMarked(page, "published projects", `${table}\n\n${markdownTable([HEADER, ...rows.map(cellsOf)])}`);
}

function resultOf(rows: ForeignRow[]): string {
  const fault = rows.find((row) => row.fault !== undefined)?.fault;
  if (fault !== undefined) return `does not work: ${fault}`;
  return rows.find(({ why }) => why !== undefined)?.why ?? "builds and runs as it is";
}
