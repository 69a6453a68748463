// Files and folders by patterns.
import { glob } from "tinyglobby";

/** Paths in a folder, files and folders, that a pattern matches; sorted. */
export async function findPaths(patterns: string | string[], cwd: string): Promise<string[]> {
  const found = await glob(patterns, { cwd, dot: true, onlyFiles: false, expandDirectories: false });
  return found.map((path) => path.replace(/\/$/, "")).toSorted();
}
