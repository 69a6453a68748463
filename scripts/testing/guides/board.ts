// Commands for a board, on an emulated one: a Filogic router with musl, by one boot for all of them.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { readProject } from "../../model/project.ts";
import { selectSizes } from "../../model/registry.ts";
import { bootBoard } from "../../pipeline/board-boot.ts";
import { readEnd } from "../../pipeline/board-records.ts";
import { judgeBoot } from "../../pipeline/board-verdict.ts";
import { planBoards, setUpBoards } from "../../pipeline/board.ts";
import type { Context } from "../../pipeline/context.ts";

export type End = { exitCode: number | undefined; endedBy: string | undefined; output: string };

const BOARD = "filogic-256";
/** All commands together take half a minute where nothing else runs. */
const SECONDS = 300;

/** Runs commands one after another on the board, with Grid of the checkout in `folder`. */
export async function runOnBoard(commands: string[], folder: string, context: Context): Promise<Map<string, End>> {
  const script = join(folder, "on-board.mjs");
  const text = await readFile(join(import.meta.dirname, "on-board.mjs"), "utf8");
  await writeFile(
    script,
    text.replace("= COMMANDS", () => `= ${JSON.stringify(commands)}`),
  );
  const { plans } = await planBoards(selectSizes(context.registry, [BOARD]), readProject(folder), { script }, context);
  await setUpBoards(plans, context);
  const ends = new Map<string, End>();
  for (const plan of plans) {
    const boot = await bootBoard(plan, SECONDS, context);
    const { kind, reason } = judgeBoot(plan, boot);
    if (kind !== "passed") throw new BoardkitError(`${BOARD} did not run the commands`, { code: "BOARD_FAILED", tail: reason });
    const result = JSON.parse(readEnd(boot.records, "smoke")?.result ?? "{}") as { ends?: (End & { command: string })[] };
    for (const { command, ...end } of result.ends ?? []) ends.set(command, end);
  }
  return ends;
}
