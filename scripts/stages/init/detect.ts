// Detects the layout of a project: its addon, its repo, and the command that installs its dependencies.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { BoardkitError } from "../../lib/errors.ts";
import { readPackageJson, type PackageJson } from "../../model/project.ts";

/** The addon's folder if package.json does not name it: that of the only napi-rs package among the workspaces. */
export function findAddon(folder: string, packageJson: PackageJson): string | undefined {
  const settings = packageJson.boardkit as { addon?: string } | undefined;
  if (packageJson.napi || settings?.addon !== undefined) return undefined;
  const { workspaces } = packageJson;
  const patterns = (Array.isArray(workspaces) ? workspaces : workspaces?.packages) ?? [];
  const files = globSync(
    patterns.map((pattern) => join(pattern, "package.json")),
    { cwd: folder },
  );
  const found = files
    .map((file) => dirname(file))
    .filter((path) => readPackageJson(join(folder, path)).napi)
    .toSorted();
  if (found.length < 2) return found[0];
  throw new BoardkitError(`there are ${found.length} napi-rs packages: ${found.join(", ")}`, {
    code: "ADDON_AMBIGUOUS",
    exit: "usage",
    place: join(folder, "package.json"),
    fix: 'name one of them, "boardkit": {"addon": "<folder>"}; or run init in each with --cwd',
  });
}

/** The top of the repo that a folder is in; the folder itself if it is in none. */
export function findRepo(folder: string): string {
  return withParents(folder).find((path) => existsSync(join(path, ".git"))) ?? resolve(folder);
}

/** The command that installs a project's dependencies in CI, by the nearest lockfile. */
export function findInstall(folder: string, repo: string): string {
  for (const path of withParents(folder)) {
    if (relative(repo, path).startsWith("..")) break;
    const has = (name: string) => existsSync(join(path, name));
    if (has("package-lock.json") || has("npm-shrinkwrap.json")) return "npm ci";
    if (has("pnpm-lock.yaml")) return "corepack pnpm install --frozen-lockfile";
    if (has("yarn.lock")) {
      const isClassic = !readFileSync(join(path, "yarn.lock"), "utf8").includes("__metadata:");
      return `corepack yarn install ${isClassic ? "--frozen-lockfile" : "--immutable"}`;
    }
  }
  return "npm install";
}

function withParents(folder: string): string[] {
  const path = resolve(folder);
  return dirname(path) === path ? [path] : [path, ...withParents(dirname(path))];
}
