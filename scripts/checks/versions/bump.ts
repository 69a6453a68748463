// A new version: all files that have it, and the changelog, from the commits since the tag of the last one.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import semver, { type ReleaseType } from "semver";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { run, runOrFail } from "../../tools/exec.ts";
import { readVersion, withVersion } from "./versions.ts";

const CHANGELOG = "CHANGELOG.md";
const HEAD = "# Changelog\n\n";
/** Part of semver's increments that is meant here; a prerelease is written out, for example 1.0.0-rc.1. */
const BUMPS: readonly string[] = ["major", "minor", "patch"] satisfies ReleaseType[];

/** Writes a new version and its part of the changelog at a folder; returns the paths of the files. Nothing is written if one step fails. */
export async function bumpVersion(root: string, bump: string, signal: AbortSignal): Promise<{ version: string; files: string[] }> {
  await requireClean(root, signal);
  const current = readVersion(root);
  const version = nextVersion(current, bump);
  if ((await git(root, ["tag", "--list", `v${version}`], signal)) !== "")
    throw bad(`there is a tag v${version} already`, "VERSION_TAKEN", "a version is published once: take a higher one");
  const part = await changesOf(root, version, signal);
  const before = existsSync(join(root, CHANGELOG)) ? (await readFile(join(root, CHANGELOG), "utf8")).replace(HEAD, "\n") : "";
  const texts = { ...withVersion(root, version), [CHANGELOG]: `${HEAD}${part}\n${before}` };
  for (const [file, text] of Object.entries(texts)) await writeFile(join(root, file), text);
  return { version, files: Object.keys(texts) };
}

async function requireClean(root: string, signal: AbortSignal): Promise<void> {
  const changes = await git(root, ["status", "--porcelain"], signal);
  if (changes === "") return;
  const lines = changes.split("\n");
  const more = lines.length > 5 ? `\n  and ${lines.length - 5} more` : "";
  throw bad(
    `the checkout has changes:\n  ${lines.slice(0, 5).join("\n  ")}${more}`,
    "DIRTY",
    "commit them first, or git stash --include-untracked",
  );
}

/** The version after a bump; the first one may be the current one, which no tag has yet. */
function nextVersion(current: string, bump: string): string {
  if (BUMPS.includes(bump)) return semver.inc(current, bump as ReleaseType) ?? "";
  if (semver.valid(bump) !== bump)
    throw bad(`${bump} is no version`, "BAD_VERSION", "name major, minor, patch, or a version such as 1.0.0-rc.1");
  if (semver.lt(bump, current)) throw bad(`${bump} is lower than the current version ${current}`, "BAD_VERSION", "name a higher one");
  return bump;
}

/** The changes since the last tag, as git-cliff lists them. */
async function changesOf(root: string, version: string, signal: AbortSignal): Promise<string> {
  const program = join(packageRoot, "node_modules/.bin/git-cliff");
  const config = join(packageRoot, "cliff.toml");
  const argv = [program, "--config", config, "--unreleased", "--tag", `v${version}`, "--strip", "all", "--offline"];
  const { stdout } = await runOrFail({ argv, cwd: root, signal }, "CHANGELOG_FAILED", "the checkout needs all commits since the last tag");
  return stdout.trim().concat("\n");
}

async function git(root: string, args: string[], signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await run({ argv: ["git", "-C", root, ...args], signal });
  if (exitCode === 0) return stdout.trimEnd();
  throw bad(`git ${args[0]} failed: ${stderr.trim()}`, "GIT_FAILED", "run it in a checkout of this repo");
}

function bad(message: string, code: string, fix: string): BoardkitError {
  return new BoardkitError(message, { code, exit: "usage", fix });
}
