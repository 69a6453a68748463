// The repository on GitHub that must have built files.
import { InvalidArgumentError } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { githubRepository, readPackageJson } from "../../model/project.ts";

/** A parser for `owner/name`. */
export function parseRepository(text: string): string {
  if (/^[A-Za-z0-9-]+\/[\w.-]+$/.test(text)) return text;
  throw new InvalidArgumentError("expected the owner and the name of a repository on GitHub, for example boardkit/boardkit.");
}

/** The repository that package.json names. */
export function repositoryOf(folder: string): string {
  const name = githubRepository(readPackageJson(folder));
  if (name !== undefined) return name;
  throw new BoardkitError("package.json names no repository on GitHub", {
    code: "NO_REPOSITORY",
    exit: "usage",
    place: folder,
    fix: "name the repository that must have built the files: --repo <owner/name>",
  });
}
