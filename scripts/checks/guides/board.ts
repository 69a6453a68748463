// Runs the commands for a board in one boot of an emulated board: a Filogic router with musl.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readProject } from "../../model/project.ts";
import { selectSizes } from "../../model/registry.ts";
import { readEnd } from "../../stages/board/records.ts";
import { bootUntilSure, planBoards, setUpBoards } from "../../stages/board/board.ts";
import type { Context } from "../../stages/context.ts";

export type End = { exitCode: number | undefined; endedBy: string | undefined; output: string };

const BOARD = "filogic-256";
/** All commands together take half a minute on an idle machine. */
const SECONDS = 300;

/** Runs commands one after another on the board, with Grid of the checkout in `folder`; a command without a result failed. */
export async function runOnBoard(commands: string[], folder: string, context: Context): Promise<Map<string, End>> {
  const script = join(folder, "on-board.mjs");
  const text = await readFile(join(import.meta.dirname, "on-board.mjs"), "utf8");
  await writeFile(
    script,
    text.replace("= COMMANDS", () => `= ${JSON.stringify(commands)}`),
  );
  const project = readProject(folder);
  const { plans } = await planBoards(selectSizes(context.registry, [BOARD]), project, { script }, context);
  const [plan] = plans;
  if (!plan) throw new TypeError(`${BOARD} cannot be booted`);
  await setUpBoards(plans, project, context);
  const { boot, verdict } = await bootUntilSure(plan, SECONDS, context);
  const result = JSON.parse(readEnd(boot.records, "smoke")?.result ?? "{}") as { ends?: (End & { command: string })[] };
  const ends = new Map(result.ends?.map((end) => [end.command, end]));
  const missing: End = { exitCode: undefined, endedBy: verdict.reason ?? "a board without a result", output: "" };
  return new Map(commands.map((command) => [command, ends.get(command) ?? missing]));
}
