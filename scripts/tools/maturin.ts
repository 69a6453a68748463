// maturin: makes the wheel of a PyO3 package.
import { mkdir, rm } from "node:fs/promises";
import { BoardkitError } from "../lib/errors.ts";
import { runOrFail, type Command } from "./exec.ts";
import { findWheel } from "./pip.ts";

/** Runs a command of maturin whose `--out` is a folder of its own, which is emptied first; tells what was made. */
export async function makeWheel(command: Command, out: string): Promise<{ path: string; seconds: number }> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { seconds } = await runOrFail(command, "WHEEL_FAILED");
  const path = await findWheel(out);
  if (path !== undefined) return { path, seconds };
  throw new BoardkitError("maturin wrote no wheel", { code: "WHEEL_FAILED", place: out });
}
