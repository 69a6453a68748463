// Unpacks the native files of wheels into one folder, as pip installs them into site-packages. Nothing is written outside of it.
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { kindOf, readFormat } from "../../audit/app/tree/read-package.ts";
import type { NativeFile } from "../../audit/app/tree/package.ts";
import type { UnpackedWheel } from "../../audit/wheel/audit-wheels.ts";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";

/** The largest file of PyPI is below 1 GB by its rules; the audit reads it into memory. */
const MOST_BYTES = 1_000_000_000;
const METADATA = /^[^/]+\.dist-info\/METADATA$/;

/** Unpacks a wheel below `root`, which must be a path without links. */
export async function unpackWheel(path: string, root: string): Promise<UnpackedWheel> {
  const file = basename(path);
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw badWheel(path, `has ${size} bytes; the most is ${MOST_BYTES}`);
  const wanted = (name: string) => {
    if (!isInside(name)) throw badWheel(path, `has a file outside of its own folder: ${JSON.stringify(name)}`);
    return METADATA.test(name) || (!name.endsWith("/") && kindOf(name, []) !== undefined);
  };
  const wheel: UnpackedWheel = { file, modules: [], programs: [], libraries: [] };
  for (const { name, bytes } of await readArchive(await readFile(path), file, wanted)) {
    if (METADATA.test(name)) {
      const bugs = readBugs(Buffer.from(bytes).toString("utf8"));
      if (bugs !== undefined) wheel.bugs = bugs;
      continue;
    }
    const inside = installedPath(name);
    const target = join(root, inside);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG"].includes(code)) throw error;
      throw badWheel(path, `has a file that cannot be written: ${JSON.stringify(name)}: ${code}`);
    }
    const format = readFormat(target);
    if (format !== "elf") await rm(target);
    else wheel[wheelListOf(name)].push({ path: target, inside, bytes: bytes.length, format } satisfies NativeFile);
  }
  return wheel;
}

/** The list of a file of a wheel. auditwheel and delvewheel put the libraries that a wheel brings into `<name>.libs`. */
export function wheelListOf(name: string): "modules" | "programs" | "libraries" {
  if (kindOf(name, []) === "programs") return "programs";
  return /(^|\/)(\.libs|[^/]+\.libs)\//.test(name) ? "libraries" : "modules";
}

/** Where pip installs a file: the folders of `<name>.data` are those of Python (PEP 427). */
function installedPath(name: string): string {
  return name.replace(/^[^/]+\.data\/(purelib|platlib)\//, "").replace(/^[^/]+\.data\//, "");
}

function isInside(name: string): boolean {
  return !/^([/\\]|[a-z]:)|\0/i.test(name) && !name.split(/[/\\]/).includes("..");
}

/** The page of issues in the metadata of a package. */
function readBugs(metadata: string): string | undefined {
  return /^Project-URL:\s*(?:bug|issue|tracker)[^,\n]*,\s*(https?:\S+)/im.exec(metadata)?.[1];
}

function badWheel(path: string, problem: string): BoardkitError {
  return new BoardkitError(`${path} ${problem}`, {
    code: "BAD_ARCHIVE",
    exit: "usage",
    place: path,
    fix: "do not install it; fetch it again from its index",
  });
}
