// What an argument of `boardkit audit` is: a path, a lockfile whose packages are fetched, or the name of a package.
import { existsSync, statSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";

/** The package managers, by the files that they install from. */
export const lockfiles = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
} as const;

export type ManagerName = (typeof lockfiles)[keyof typeof lockfiles];

export type Argument =
  | { kind: "path"; path: string }
  /** A package.json or a lockfile. */
  | { kind: "project"; path: string }
  | { kind: "name"; name: string };

/**
 * A package of a registry, as npm accepts it: a name, and after an @ a version, a range, a tag or an alias of another package. Other
 * packages of npm, such as git repositories and folders, would be built by their scripts.
 */
const ID = "(?:@[a-z0-9~_-][a-z0-9._~-]*/)?[a-z0-9~_-][a-z0-9._~-]*";
const NAME = new RegExp(`^${ID}(?:@(?:npm:${ID}(?:@[^/:]+)?|[^/:]+))?$`, "i");
/** Files that the audit reads: a name with such an ending is a path that was mistyped. */
const FILE = /\.(node|so(\.\d+)*|tgz|gz|whl|deb|ipk|apk|json|yaml|lock|txt)$/i;

/** Decides what an argument is; a path may be relative to `cwd`. */
export function readArgument(given: string, cwd: string): Argument {
  const path = isAbsolute(given) ? given : join(cwd, given);
  if (existsSync(path)) {
    const isProject = basename(path) in lockfiles || basename(path) === "package.json";
    return { kind: isProject && statSync(path).isFile() ? "project" : "path", path };
  }
  // A range such as ^1.2 may contain what looks like an ending.
  return NAME.test(given) && !FILE.test(given) ? { kind: "name", name: given } : { kind: "path", path: given };
}
