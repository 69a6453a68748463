// maturin: makes the wheel and the sdist of a PyO3 package.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { runOrFail, type Command } from "../exec.ts";
import { findWheel } from "../packages/pip.ts";

type Made = { path: string; seconds: number };

/** Runs a command of maturin whose `--out` is a folder of its own, which is emptied first; tells what was made. */
export function makeWheel(command: Command, out: string): Promise<Made> {
  return make(command, out, "wheel", findWheel);
}

/** The same of a command that makes an sdist. */
export function makeSdist(command: Command, out: string): Promise<Made> {
  return make(command, out, "sdist", async (folder) => {
    const name = (await readdir(folder)).find((file) => file.endsWith(".tar.gz"));
    return name && join(folder, name);
  });
}

async function make(command: Command, out: string, what: string, find: typeof findWheel): Promise<Made> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { seconds } = await runOrFail(command, "WHEEL_FAILED");
  const path = await find(out);
  if (path !== undefined) return { path, seconds };
  throw new BoardkitError(`maturin wrote no ${what}`, { code: "WHEEL_FAILED", place: out });
}
