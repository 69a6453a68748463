// Paths of Boardkit's own files and of the cache folder; walks over folders.
import { existsSync, realpathSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, realpath, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of Boardkit itself, with `scripts/target-side/` in it: a checkout, or the installed npm package. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  return existsSync(join(folder, "scripts/target-side")) ? folder : findRoot(dirname(folder));
}

/** The folder for downloads: BOARDKIT_CACHE, else XDG_CACHE_HOME/boardkit, else ~/.cache/boardkit. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  return canonicalPath(env.BOARDKIT_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "boardkit"));
}

/** An absolute path without symbolic links, as cross mounts folders; parts that do not exist yet are kept. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path);
  return existsSync(absolute) ? realpathSync(absolute) : join(canonicalPath(dirname(absolute)), basename(absolute));
}

const NOT_SOURCES = new Set(["node_modules", "target", "dist", "lib", ".git"]);

/** Every file below a folder, sorted, without build output and dependencies. For the path of a file: only that file. */
export async function walkFiles(path: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!entries) return [path];
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) found.push(...(await walkFiles(child)));
    } else if (entry.isFile() && !entry.name.endsWith(".node")) found.push(child);
  }
  return found.toSorted();
}

/** Bytes of all files below a folder, without following links; 0 if the folder does not exist. */
export async function folderBytes(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => fileBytes(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Bytes of a file; 0 if a concurrent build has removed it. */
async function fileBytes(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

/** Runs `work` with a new folder, a path without links, and removes it; its name begins with `name`. */
export async function inTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fills a temporary folder and moves it to `path`, so that `path` is complete or does not exist. */
export async function fillFolder<T>(path: string, fill: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.partial-${process.pid}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    const result = await fill(temporary);
    if (existsSync(path)) await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
