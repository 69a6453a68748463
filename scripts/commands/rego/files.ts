// Finds policies, data and bundles in paths, as OPA's loader does: the folders below a path are the path of data.
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, normalize, resolve } from "node:path";
import picomatch from "picomatch";
import { BoardkitError } from "../../lib/errors.ts";

type Policy = { name: string; text: string };
/** A data file, and where below `data` its value is. */
export type DataFile = { name: string; at: string[]; text: string; isYaml: boolean };
export type Files = { policies: Policy[]; data: DataFile[] };

const DATA = new Map([
  [".json", false],
  [".yaml", true],
  [".yml", true],
]);

/** Reads all files of the paths. A path may begin with a place below `data`, `users:users.json`. */
export async function readFiles(paths: string[], ignore: string[], cwd: string): Promise<Files> {
  const files: Files = { policies: [], data: [] };
  const seen = new Set<string>();
  for (const path of paths) {
    const { at, path: name } = divide(path);
    await add(name, at, 0);
  }
  return files;

  async function add(name: string, at: string[], depth: number): Promise<void> {
    const full = resolve(cwd, name);
    const info = await stat(full).catch((error: NodeJS.ErrnoException) => {
      throw noFile(name, error);
    });
    if (depth > 0 && isIgnored(name, ignore)) return;
    if (!info.isDirectory()) return addFile(name, full, at, depth);
    const inside = depth > 0 ? [...at, basename(name)] : at;
    for (const entry of (await readdir(full)).toSorted()) await add(join(name, entry), inside, depth + 1);
  }

  async function addFile(name: string, full: string, at: string[], depth: number): Promise<void> {
    const key = `${at.join("\0")}\0${full}`;
    if (seen.has(key)) return;
    seen.add(key);
    const ending = extname(name);
    const isYaml = DATA.get(ending);
    if (ending === ".rego") files.policies.push({ name: normalize(name), text: await readFile(full, "utf8") });
    else if (isYaml !== undefined) files.data.push({ name: normalize(name), at, text: await readFile(full, "utf8"), isYaml });
    else if (depth === 0) throw notRecognized(name);
  }
}

/** `a.b:file` as `a`, `b` and the file. */
function divide(path: string): { at: string[]; path: string } {
  const [, prefix, name] = /^([\w.]+):(?!\/\/)(.+)$/.exec(path) ?? [];
  if (prefix === undefined || name === undefined) return { at: [], path };
  const at = prefix.split(".");
  return { at: at[0] === "data" ? at.slice(1) : at, path: name };
}

/** Whether a pattern of --ignore matches the name or the path. */
function isIgnored(path: string, patterns: string[]): boolean {
  return patterns.some((pattern) => picomatch.isMatch(basename(path), pattern) || picomatch.isMatch(path, pattern));
}

function noFile(name: string, error: NodeJS.ErrnoException): BoardkitError {
  const missing = error.code === "ENOENT";
  return new BoardkitError(missing ? `${name}: no such file or directory` : `${name}: ${error.message}`, {
    code: "NO_FILE",
    place: name,
    fix: "name files or folders that exist; relative paths start at --cwd",
    cause: error,
  });
}

function notRecognized(name: string): BoardkitError {
  return new BoardkitError(`${name}: can't recognize file type`, {
    code: "NO_FILE",
    place: name,
    fix: "name .rego, .json and .yaml files, or folders; a bundle needs --bundle",
  });
}
