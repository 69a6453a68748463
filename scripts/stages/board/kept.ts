// dist/<target>/boards/<board>.json: the last result of each board, for `boardkit report`.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { readRecord, writeJsonFile } from "../../lib/json-file.ts";
import { boardResult, type BoardResult } from "../../model/report/board-report.ts";
import type { BoardPlan } from "./plan.ts";

const kept = z.object({
  schema: z.literal(1),
  qemu: z.string(),
  /** Profile of the run, if one was named. */
  profile: z.string().optional(),
  /** SHA-256 of the addon that ran. */
  addon: z.string(),
  result: boardResult,
});

export type KeptResult = z.infer<typeof kept>;

/** How a run was made: what its result depends on besides the board. */
export type KeptRun = Pick<KeptResult, "qemu" | "profile" | "addon">;

const folderOf = (dist: string) => join(dist, "boards");

/** Keeps the result of a board. Another memory size or profile has its own file. */
export async function keepResult({ dist, sized }: Pick<BoardPlan, "dist" | "sized">, run: KeptRun, result: BoardResult): Promise<void> {
  const name = [sized.id, `${result.ramMiB}MiB`, ...(run.profile ? [run.profile] : [])].join("-");
  await writeJsonFile(join(folderOf(dist), `${name}.json`), { schema: 1, ...run, result } satisfies KeptResult);
}

/** The kept results below a target's folder in the order of their names, and an error for each file that is not one. */
export async function readKept(dist: string): Promise<{ results: KeptResult[]; errors: BoardkitError[] }> {
  const folder = folderOf(dist);
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted() : [];
  const results: KeptResult[] = [];
  const errors: BoardkitError[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      const result = await readRecord(path, kept, "remove that file and run: boardkit board");
      if (result) results.push(result);
    } catch (error) {
      if (!(error instanceof BoardkitError)) throw error;
      errors.push(error);
    }
  }
  return { results, errors };
}
