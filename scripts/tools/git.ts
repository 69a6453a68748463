// git: which commit a folder is at.
import { BoardkitError } from "../lib/errors.ts";
import { run } from "./exec.ts";

/** What a commit's name ends in if files that git knows were changed since. */
export const DIRTY = "-dirty";

/** The commit of a folder, with `-dirty` behind it if something is changed; undefined where there is no repository, or no git. */
export async function readCommit(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const argv = ["git", "-C", folder, "describe", "--always", "--abbrev=40", "--exclude=*", `--dirty=${DIRTY}`];
  const outcome = await run({ argv, signal }).catch((error: unknown) => {
    if (error instanceof BoardkitError && error.code === "TOOL_MISSING") return undefined;
    throw error;
  });
  return outcome?.exitCode === 0 ? outcome.stdout.trim() : undefined;
}
