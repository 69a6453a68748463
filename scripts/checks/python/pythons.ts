// The CPythons of this machine since the oldest that the wheel supports: on the PATH, and in pyenv's folder of versions.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "../../tools/exec.ts";

export type Python = { path: string; minor: number };

/** The minor version in the tag of the wheel, cp39. */
const OLDEST = 9;

/** One working CPython per minor version, in order; no free-threaded ones, which do not load modules of the stable ABI. */
export async function findPythons(searchPath: string, pyenv: string): Promise<Python[]> {
  const versions = join(pyenv, "versions");
  const ofPyenv = existsSync(versions) ? (await readdir(versions)).map((name) => join(versions, name, "bin")) : [];
  const found = new Map<number, string>();
  for (const folder of [...searchPath.split(delimiter), ...ofPyenv].filter((name) => name !== "" && existsSync(name))) {
    for (const name of await readdir(folder)) {
      const minor = Number(/^python3\.(\d+)$/.exec(name)?.[1] ?? 0);
      const path = join(folder, name);
      if (minor >= OLDEST && !found.has(minor) && (await isCPython(path, minor))) found.set(minor, path);
    }
  }
  return [...found].map(([minor, path]) => ({ path, minor })).toSorted((one, other) => one.minor - other.minor);
}

/** A pyenv shim may start no Python, or another version. */
async function isCPython(path: string, minor: number): Promise<boolean> {
  const program = `import sys; sys.exit(sys.implementation.name != "cpython" or sys.version_info[:2] != (3, ${minor}))`;
  return (await run({ argv: [path, "-I", "-c", program] })).exitCode === 0;
}
