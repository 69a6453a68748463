// Reads the commit of a folder.
import { BoardkitError } from "../lib/errors.ts";
import { run } from "./exec.ts";

/** Suffix of a commit if tracked files have changed since. */
export const DIRTY = "-dirty";

/** The commit of a folder, with the suffix `-dirty` if tracked files have changed; undefined without a repository or git. */
export async function readCommit(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const argv = ["git", "-C", folder, "describe", "--always", "--abbrev=40", "--exclude=*", `--dirty=${DIRTY}`];
  const outcome = await run({ argv, signal }).catch((error: unknown) => {
    if (error instanceof BoardkitError && error.code === "TOOL_MISSING") return undefined;
    throw error;
  });
  return outcome?.exitCode === 0 ? outcome.stdout.trim() : undefined;
}
