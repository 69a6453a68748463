// A copy of the files that a package manager installs from: package.json of the project and of its workspaces, lockfile, patches, and the
// settings of its registries. The project itself is never written, and none of its programs comes along.
import { existsSync, statSync } from "node:fs";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { glob } from "tinyglobby";
import { parse } from "yaml";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { lockfiles, type ManagerName } from "./argument.ts";
import { readNpmrc } from "./npmrc.ts";

export type Project = {
  /** The project of the user. */
  folder: string;
  manager: ManagerName;
  /** Name of its lockfile; absent for a package.json without one. */
  lockfile?: string;
  /** The text of the lockfile. */
  lock: string;
  /** Its settings of registries, as lines of a .npmrc. */
  npmrc: string;
  /** Further files to copy, absolute. */
  files: string[];
};

/** A lockfile of 10,000 packages has 5 MB. */
const MOST_BYTES = 100_000_000;
const MOST_WORKSPACES = 10_000;

const texts = z.record(z.string(), z.string()).catch({});
const manifest = z.object({
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()).catch([]) }).transform((one) => one.packages)])
    .catch([]),
  dependencies: texts,
  devDependencies: texts,
  optionalDependencies: texts,
});
const workspaceFile = z
  .object({ packages: z.array(z.string()).catch([]), patchedDependencies: texts })
  .catch({ packages: [], patchedDependencies: {} });

/** Reads the project of a lockfile or a package.json. */
export async function readProject(path: string): Promise<Project> {
  const folder = dirname(path);
  const own = basename(path);
  const lockfile = own in lockfiles ? own : Object.keys(lockfiles).find((name) => existsSync(join(folder, name)));
  if (!existsSync(join(folder, "package.json")))
    throw new BoardkitError(`there is no package.json beside ${path}`, {
      code: "NO_MANIFEST",
      exit: "usage",
      fix: "audit the lockfile in its project: package managers install from both files",
    });
  const lock = lockfile === undefined ? "" : await readText(join(folder, lockfile));
  const manager = lockfile === undefined ? "npm" : lockfiles[lockfile as keyof typeof lockfiles];
  const files = await findFiles(folder, manager);
  return { folder, manager, ...(lockfile === undefined ? {} : { lockfile }), lock, npmrc: await readNpmrc(folder), files };
}

/** Copies a project below a folder; returns the folder of the copy. */
export async function copyProject({ folder, files, npmrc, lockfile, lock }: Project, below: string): Promise<string> {
  // A project may depend on a folder beside its own: file:../other.
  const inside = files.map((file) => relative(folder, file));
  const ups = Math.max(0, ...inside.map((path) => path.split(sep).filter((part) => part === "..").length));
  const copy = join(below, ...Array.from({ length: ups }, () => "up"), "app");
  await mkdir(copy, { recursive: true });
  for (const [index, file] of files.entries()) {
    const path = join(copy, inside[index]!);
    await mkdir(dirname(path), { recursive: true });
    if (basename(file) === "package.json") await writeFile(path, JSON.stringify(withoutPrograms(await readJson(file))));
    else await copyFile(file, path);
  }
  if (lockfile !== undefined) await writeFile(join(copy, lockfile), lock);
  if (npmrc !== "") await writeFile(join(copy, ".npmrc"), npmrc, { mode: 0o600 });
  return copy;
}

/** Takes out of a package.json what would run programs, or would refuse the package manager and Node of this machine. */
function withoutPrograms(json: Record<string, unknown>): Record<string, unknown> {
  const { scripts: _scripts, engines: _engines, packageManager: _manager, devEngines: _devEngines, ...rest } = json;
  return rest;
}

async function findFiles(folder: string, manager: ManagerName): Promise<string[]> {
  const root = manifest.parse(await readJson(join(folder, "package.json")));
  const found = new Set([join(folder, "package.json")]);
  const patterns = [...root.workspaces];
  if (manager === "pnpm" && existsSync(join(folder, "pnpm-workspace.yaml"))) {
    const workspace = workspaceFile.parse(parse(await readText(join(folder, "pnpm-workspace.yaml"))));
    patterns.push(...workspace.packages);
    for (const patch of Object.values(workspace.patchedDependencies)) addFile(found, join(folder, patch));
  }
  for (const patch of await glob([".yarn/patches/**/*.patch", "patches/**/*.patch"], { cwd: folder, absolute: true })) found.add(patch);
  for (const member of await findMembers(folder, patterns)) found.add(member);
  for (const path of [...found].filter((one) => basename(one) === "package.json")) {
    const { dependencies, devDependencies, optionalDependencies } = manifest.parse(await readJson(path));
    for (const range of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      const [, local] = /^(?:file|link|portal):(?:\/\/)?([^#?:]+)/.exec(range) ?? [];
      if (local !== undefined) addFile(found, join(dirname(path), local));
    }
  }
  return [...found];
}

async function findMembers(folder: string, patterns: string[]): Promise<string[]> {
  if (patterns.length === 0) return [];
  const asFiles = patterns.map((pattern) => `${pattern.replace(/\/+$/, "")}/package.json`.replace(/^(!?)\.\//, "$1"));
  const found = await glob(asFiles, { cwd: folder, absolute: true, ignore: ["**/node_modules/**"], followSymbolicLinks: false });
  if (found.length > MOST_WORKSPACES)
    throw new BoardkitError(`${folder} has more than ${MOST_WORKSPACES} workspaces`, { code: "TREE_TOO_LARGE", fix: "audit one project" });
  return found;
}

/** Adds a tarball, or the package.json of a folder. What does not exist is left to the package manager, which says so. */
function addFile(found: Set<string>, path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  const file = stats?.isDirectory() ? join(path, "package.json") : path;
  if (existsSync(file)) found.add(file);
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MOST_BYTES)
    throw new BoardkitError(`${path} has ${size} bytes; the most is ${MOST_BYTES}`, {
      code: "BAD_MANIFEST",
      exit: "usage",
      fix: "check that it is a file of a package manager",
    });
  return readFile(path, "utf8");
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(await readText(path));
    return typeof json === "object" && json !== null ? { ...json } : {};
  } catch (error) {
    if (error instanceof BoardkitError) throw error;
    throw new BoardkitError(`${path} is not valid JSON: ${(error as Error).message}`, {
      code: "BAD_MANIFEST",
      exit: "usage",
      fix: "repair the file; npm could not read it either",
      cause: error,
    });
  }
}
