// The recorded rows of `npm run foreign`: results.json, from which `boardkit dev generate` makes the tables of docs/foreign-projects.md.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { z } from "zod";

const foreignRun = z.strictObject({
  program: z.string().describe("Node, the host, or Python"),
  did: z.enum(["call", "load"]).describe("the addon or wheel was called, or only loaded"),
  cpu: z.string().describe("as QEMU emulates it"),
  end: z.enum(["runs", "dies", "fails", "unknown"]),
});

const foreignRow = z.strictObject({
  project: z.string().describe("name and version"),
  target: z.string(),
  built: z.string().describe("size of the build output, or the code of the error"),
  audit: z
    .union([z.number(), z.literal("fails")])
    .optional()
    .describe("number of notes and warnings; absent if there was nothing to audit"),
  runs: z.array(foreignRun),
  notRun: z.string().optional().describe("why there is no run"),
  fault: z.string().optional().describe("an error that the project's entry does not explain"),
  why: z.string().optional().describe("the entry's explanation of an error"),
});

export type ForeignRun = z.infer<typeof foreignRun>;
export type ForeignRow = z.infer<typeof foreignRow>;

const PATH = new URL("results.json", import.meta.url);

/** The committed rows. */
export function readResults(): ForeignRow[] {
  return z.strictObject({ rows: z.array(foreignRow) }).parse(JSON.parse(readFileSync(PATH, "utf8"))).rows;
}

/** Rows with those of a run in the places of the same projects and targets; those of other projects than the listed ones go. */
export function mergeRows(before: ForeignRow[], after: ForeignRow[], listed: string[]): ForeignRow[] {
  const isSame = (one: ForeignRow, other: ForeignRow) => one.project === other.project && one.target === other.target;
  const kept = before.map((row) => after.find((one) => isSame(one, row)) ?? row);
  const added = after.filter((row) => !before.some((one) => isSame(one, row)));
  const rows = [...kept, ...added];
  return listed.flatMap((project) => rows.filter((row) => row.project === project));
}

export const writeResults = (rows: ForeignRow[]): Promise<void> => writeFile(PATH, resultsText(rows));

/** The text of the file: one line per row, with its keys in the order of the schema, so that a change of one is one line. */
function resultsText(rows: ForeignRow[]): string {
  return `{\n  "rows": [\n${rows.map((row) => `    ${JSON.stringify(foreignRow.parse(row))}`).join(",\n")}\n  ]\n}\n`;
}
