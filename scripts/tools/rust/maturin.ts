// maturin: builds the wheel and the sdist of a PyO3 package.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { runOrFail, type Command } from "../exec.ts";
import { findWheel } from "../packages/pip.ts";

type Output = { path: string; seconds: number };

/** Runs a command of maturin and returns the wheel that it writes to `out`, a folder that is emptied first. */
export function makeWheel(command: Command, out: string): Promise<Output> {
  return make(command, out, "wheel", findWheel);
}

/** The same for a command that builds an sdist. */
export function makeSdist(command: Command, out: string): Promise<Output> {
  return make(command, out, "sdist", async (folder) => {
    const name = (await readdir(folder)).find((file) => file.endsWith(".tar.gz"));
    return name && join(folder, name);
  });
}

async function make(command: Command, out: string, what: string, find: typeof findWheel): Promise<Output> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { seconds } = await runOrFail(command, "WHEEL_FAILED");
  const path = await find(out);
  if (path !== undefined) return { path, seconds };
  throw new BoardkitError(`maturin wrote no ${what}`, { code: "WHEEL_FAILED", place: out });
}
