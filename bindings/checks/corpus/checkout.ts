// The repositories of the corpus: folders named owner+name, each a checkout or a bare git mirror.
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { hashBytes } from "../../../scripts/lib/hash.ts";
import { fillFolder } from "../../../scripts/lib/paths.ts";
import { run, runOrFail } from "../../../scripts/tools/exec.ts";

/** The files that are checked out of a mirror. */
const PATTERNS = ["*.rego", "*.json", "*.yaml", "*.yml"];
const NAME = /^(?<name>[\w.-]+\+[\w.-]+?)(?:\.git)?$/;

export type Checkout = { name: string; folder: string };

/** The folder of the repositories: `--source`, else BOARDKIT_CORPUS; or why there is none. */
export function findSource(option: string | undefined, env: NodeJS.ProcessEnv): { source: string } | { missing: string } {
  const source = option ?? env.BOARDKIT_CORPUS;
  if (!source)
    return {
      missing: "neither --source nor BOARDKIT_CORPUS names the folder of the repositories; docs/judges.md describes how to fill it",
    };
  if (!existsSync(source))
    throw new BoardkitError(`there is no folder ${source}`, {
      code: "NO_SOURCE",
      exit: "usage",
      fix: "set --source or BOARDKIT_CORPUS to the folder of the repositories",
    });
  return { source };
}

/** All repositories of a folder, by name; files of a mirror are checked out into the cache. */
export async function readCheckouts(source: string, only: string[], cache: string, signal: AbortSignal): Promise<Checkout[]> {
  const found: Checkout[] = [];
  for (const entry of (await readdir(source)).toSorted()) {
    const name = NAME.exec(entry)?.groups?.name;
    if (name === undefined || (only.length > 0 && !only.some((part) => name.includes(part)))) continue;
    const path = join(source, entry);
    found.push({ name, folder: isMirror(path) ? await checkOut(path, name, cache, signal) : path });
  }
  return found;
}

function isMirror(path: string): boolean {
  return existsSync(join(path, "HEAD")) && existsSync(join(path, "objects"));
}

/** All files in a folder with one of the endings, by their paths with `/`; names that begin with a dot are skipped. */
export async function filesOf(folder: string, endings: string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((part) => part.startsWith(".")))
    .toSorted();
}

/** Writes the files of a mirror's newest commit to a folder of the cache, unless it exists. */
async function checkOut(mirror: string, name: string, cache: string, signal: AbortSignal): Promise<string> {
  const git = ["git", `--git-dir=${mirror}`];
  const { stdout: commit } = await runOrFail({ argv: [...git, "rev-parse", "HEAD"], signal }, "GIT_FAILED");
  const folder = join(cache, "corpus", "checkouts", `${name}-${hashBytes(commit + PATTERNS.join()).slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  await mkdir(join(cache, "corpus", "checkouts"), { recursive: true });
  await fillFolder(folder, async (temporary) => {
    // git fails on a pattern without a match.
    const present: string[] = [];
    for (const pattern of PATTERNS) {
      const listing = await run({ argv: [...git, "ls-tree", "-r", "--name-only", "HEAD"], signal });
      if (listing.stdout.split("\n").some((line) => line.endsWith(pattern.slice(1)))) present.push(pattern);
    }
    if (present.length === 0) return;
    const tar = join(temporary, ".tar");
    await runOrFail({ argv: [...git, "archive", `--output=${tar}`, "HEAD", "--", ...present], signal }, "GIT_FAILED");
    await runOrFail({ argv: ["tar", "-xf", tar, "-C", temporary], signal }, "GIT_FAILED");
    await runOrFail({ argv: ["rm", tar], signal }, "GIT_FAILED");
  });
  return folder;
}
