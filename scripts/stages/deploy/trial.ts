// The trial of a release on a board: it runs, is healthy, and is confirmed; or the board returns to the one before, with the reason.
import { BoardkitError } from "../../lib/errors.ts";
import type { Failure, HostResult } from "../../model/deploy/report.ts";
import { processOnly } from "../../model/deploy/settings.ts";
import type { Context } from "../context.ts";
import { readFailure } from "./board/answers.ts";
import type { App } from "./board/connect.ts";
import { waitForHealth } from "./board/health.ts";
import { afterwards } from "./board/lock.ts";
import { isCut } from "./board/send.ts";
import { askHealth } from "./board/state.ts";
import { step } from "./step.ts";
import type { Board } from "./board/tool.ts";

type Trial = { id: string; /** The operation that begins it. */ begin: "activate" | "rollback"; app: App; context: Context };
type Tried = Pick<HostResult, "outcome" | "healthySeconds" | "error" | "failure">;

/** Runs a release on trial, and confirms it if it is healthy; otherwise the board returns to the one before. */
export async function tryRelease(board: Board, token: string, { id, begin, app, context }: Trial): Promise<Tried> {
  const { reporter, signal } = context;
  const { confirm, starts, health = processOnly } = app.settings;
  try {
    await step(reporter, "start", board.name, async () => {
      await board.call(begin, begin === "activate" ? [token, id, starts, confirm] : [token, starts, confirm]);
      return { result: undefined };
    });
    // A new connection shows that the board still lets one in.
    await board.session.renew();
    const timeout = Math.min(health.timeout, Math.max(1, confirm - health.steady - 2));
    const healthySeconds = await step(reporter, "health", board.name, async () => {
      const seconds = await waitForHealth({ ...health, timeout }, askHealth(board, health, id), signal);
      return { result: seconds, note: `healthy after ${seconds.toFixed(1)} s` };
    });
    await confirmTrial(board, token, id);
    return { outcome: "deployed", healthySeconds };
  } catch (error) {
    // An interrupt and a bug also leave the board as it was.
    if (signal.aborted) reporter.note(`${board.name} returns to the release before; if the link is dead, by itself within ${confirm} s`);
    await afterwards(board, "abandon", [token, error instanceof BoardkitError ? error.message : "the deploy was interrupted"]);
    if (!(error instanceof BoardkitError)) throw error;
    const records = await afterwards(board, "failure", [id]);
    const failure: Failure = records === undefined ? { reason: error.message, log: [] } : readFailure(records);
    return { outcome: "returned", error: { code: error.code, message: error.message, ...fixOf(error) }, failure };
  }
}

/** Confirms a trial. The answer may be lost with the link; asked again, the board says the same. */
async function confirmTrial(board: Board, token: string, id: string): Promise<void> {
  try {
    await board.call("confirm", [token, id]);
  } catch (error) {
    if (!isCut(error)) throw error;
    await board.session.renew();
    await board.call("confirm", [token, id]);
  }
}

const fixOf = ({ details: { fix } }: BoardkitError) => (fix === undefined ? {} : { fix });
