// Finds files and folders by patterns.
import { glob } from "tinyglobby";

/** Sorted paths of the files and folders in `cwd` that match a pattern. */
export async function findPaths(patterns: string | string[], cwd: string): Promise<string[]> {
  const found = await glob(patterns, { cwd, dot: true, onlyFiles: false, expandDirectories: false });
  return found.map((path) => path.replace(/\/$/, "")).toSorted();
}
