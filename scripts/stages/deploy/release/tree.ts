// Reads a tree of files into entries of a release.
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../../../lib/hash.ts";
import type { Entry } from "../../../model/deploy/manifest.ts";

/** The entry of a file or link in a folder. */
export async function readEntry(folder: string, path: string): Promise<Entry> {
  const file = join(folder, path);
  const stats = await lstat(file);
  if (stats.isSymbolicLink()) return { path, link: await readlink(file) };
  // Modes depend on the umask: only whether a file is a program is kept.
  const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
  return { path, sha256: await hashFile(file), mode, size: stats.size };
}

/** Paths below `at` of a folder, without those that `isLeftOut`; links are not followed. */
export async function listTree(folder: string, at: string, isLeftOut: (path: string) => boolean = () => false): Promise<string[]> {
  const entries = await readdir(join(folder, at), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = at === "" ? entry.name : `${at}/${entry.name}`;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) found.push(...(await listTree(folder, path, isLeftOut)));
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
  return found;
}
