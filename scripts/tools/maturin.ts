// maturin: makes the wheel of a PyO3 package.
import { mkdir, rm } from "node:fs/promises";
import { BoardkitError } from "../lib/errors.ts";
import { runOrFail, type Command } from "./exec.ts";
import { findWheel } from "./pip.ts";

/** Makes a wheel in a folder of its own, which is emptied first; `args` stand behind `build`. */
export async function makeWheel(
  maturin: string,
  args: string[],
  out: string,
  command: Pick<Command, "cwd" | "env" | "log" | "signal">,
): Promise<{ path: string; seconds: number }> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { seconds } = await runOrFail({ ...command, argv: [maturin, "build", ...args, "--out", out] }, "WHEEL_FAILED");
  const path = await findWheel(out);
  if (path !== undefined) return { path, seconds };
  throw new BoardkitError("maturin wrote no wheel", { code: "WHEEL_FAILED", place: out });
}
