// What the audit is asked to read: files, folders, archives -> the bytes of each file, one at a time.
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isArchive, readArchive } from "../inspect/archive.ts";
import { BoardkitError } from "../lib/errors.ts";

/** One file to read; in an archive its name follows the archive's, as in `a.tgz!/package/x.node`. */
export type AuditInput = { path: string; bytes: Uint8Array };

const ADDON = /\.(node|so)$|\.so\.\d/;

/** Yields every file that is meant: those named whatever they are called, of folders and archives the .node and .so files. */
export async function* readInputs(paths: string[]): AsyncGenerator<AuditInput> {
  for (const path of paths) {
    if (!existsSync(path)) {
      throw new BoardkitError(`there is no ${path}`, { code: "NO_INPUT", exit: "usage", mend: "name files, folders, .tgz or .whl" });
    }
    const files = statSync(path).isDirectory() ? await addonsBelow(path) : [path];
    if (files.length === 0) throw nothingIn(path);
    for (const file of files) {
      const bytes = await readFile(file);
      if (!isArchive(file)) {
        yield { path: file, bytes };
        continue;
      }
      const inside = readArchive(bytes, basename(file), (name) => ADDON.test(name));
      if (inside.length === 0) throw nothingIn(file);
      for (const { name, bytes: content } of inside) yield { path: `${file}!/${name}`, bytes: content };
    }
  }
}

function nothingIn(path: string): BoardkitError {
  return new BoardkitError(`no .node or .so file is in ${path}`, {
    code: "NO_INPUT",
    exit: "nothingMatched",
    mend: "name the folder that the addons are installed or built in, or the file itself",
  });
}

/** The addons below a folder, sorted; links are not followed, so that a loop of them ends. */
async function addonsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ADDON.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
