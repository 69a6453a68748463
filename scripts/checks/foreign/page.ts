// The tables of docs/foreign-projects.md.
import { markdownTable } from "../generate/markdown-table.ts";
import type { ForeignRow } from "./row.ts";

export const HEADER = ["project", "target", "built", "audit", "ran"];

const BEGIN = "<!-- npm run foreign -- --update -->";
const END = "<!-- end of the table -->";

/** The cells of a row. */
export function cellsOf({ project, target, built, audit, ran }: ForeignRow): string[] {
  return [project, target, built, audit, ran];
}

/** The page, with its tables replaced by those of a run. */
export function replaceTable(page: string, rows: ForeignRow[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new TypeError(`the page has no markers for the tables: ${BEGIN} … ${END}`);
  const kinds = new Map(rows.map(({ project, kind }) => [project, kind]));
  const results = [...kinds].map(([project, kind]) => [project, kind, resultOf(rows.filter((row) => row.project === project))]);
  const projects = markdownTable([["project", "an example of", "result"], ...results]);
  const table = markdownTable([HEADER, ...rows.map(cellsOf)]);
  return `${page.slice(0, begin)}${BEGIN}\n\n${projects}\n\n${table}\n\n${page.slice(end)}`;
}

function resultOf(rows: ForeignRow[]): string {
  const fault = rows.find((row) => row.fault !== undefined)?.fault;
  if (fault !== undefined) return `does not work: ${fault}`;
  return rows.find(({ why }) => why !== undefined)?.why ?? "builds and runs as it is";
}
