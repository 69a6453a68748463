// Paths of files, folders and archives -> the files on the disk, and the bytes of the addons in each.
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import { isArchive, readArchive } from "../lib/archive/archive.ts";
import { BoardkitError } from "../lib/errors.ts";

/** A file on the disk: an addon or an archive. */
export type InputFile = {
  path: string;
  /** Bytes in memory at a time: the size of the file, for an archive an estimate of its unpacked size. */
  bytes: number;
};

/** One file to audit; in an archive its name follows the archive's, as in `a.tgz!/package/x.node`. */
export type AuditInput = { path: string; bytes: Uint8Array };

const ADDON = /\.(node|so)$|\.so\.\d/;
const UNPACKED = 4;

/** Lists the files of paths, which may be relative to `cwd`: a file with any name, and the .node and .so files below a folder. */
export async function listInputs(paths: string[], cwd: string): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const given of paths) {
    const path = isAbsolute(given) ? given : join(cwd, given);
    if (!existsSync(path)) {
      throw new BoardkitError(`there is no ${path}`, {
        code: "NO_INPUT",
        exit: "usage",
        fix: "name files, folders, .tgz, .whl, .deb or .ipk; a relative path is one in --cwd",
      });
    }
    const found = statSync(path).isDirectory() ? await addonsBelow(path) : [path];
    if (found.length === 0) throw nothingIn(path);
    files.push(...found.map((file) => ({ path: file, bytes: statSync(file).size * (isArchive(file) ? UNPACKED : 1) })));
  }
  return files;
}

/** Yields the file, or the .node and .so files of an archive; the bytes of a file are released when the caller requests the next. */
export async function* readInput(path: string): AsyncGenerator<AuditInput> {
  const bytes = await readFile(path);
  if (!isArchive(path)) {
    yield { path, bytes };
    release(bytes);
    return;
  }
  const inside = await readArchive(bytes, basename(path), (name) => ADDON.test(name));
  if (inside.length === 0) throw nothingIn(path);
  for (const { name, bytes: content } of inside) yield { path: `${path}!/${name}`, bytes: content };
}

/** Releases the memory at once: V8 keeps tens of megabytes of such buffers before it collects them. */
function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}

function nothingIn(path: string): BoardkitError {
  return new BoardkitError(`no .node or .so file is in ${path}`, {
    code: "NO_INPUT",
    exit: "nothingMatched",
    fix: "name the folder that the addons are installed or built in, or the file itself",
  });
}

/** The addons below a folder, sorted; links are not followed, since they may form a loop. */
async function addonsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ADDON.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
