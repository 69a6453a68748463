// What `boardkit audit --python` is asked to judge: names of packages, wheels, and files of requirements. Only packages of an index are
// fetched: pip would run the setup.py of a folder or a repository.
import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";

export type Requirement = {
  /** As pip reads it: `numpy>=1.2; python_version < "3.12"`. */
  text: string;
  /** Normalised: lower case, with `-`. */
  name: string;
  /** `==1.2.3`, a range, or empty. */
  versions: string;
};

export type Asked = {
  requirements: Requirement[];
  /** Paths of wheels. */
  wheels: string[];
  /** Options of pip that name its indexes. */
  indexes: string[];
};

const REQUIREMENT =
  /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\s*(\[[a-z0-9._,\s-]*\])?\s*\(?((?:[<>=!~]=?=?\s*[\w.*+!-]+\s*,?\s*)*)\)?\s*(;.*)?$/i;
const INDEX = /^(--index-url|-i|--extra-index-url|--find-links|-f|--trusted-host)[=\s]+(\S+)$/;

/** Reads the arguments; paths may be relative to `cwd`. */
export async function readAsked(args: string[], cwd: string): Promise<Asked> {
  const asked: Asked = { requirements: [], wheels: [], indexes: [] };
  for (const arg of args) {
    const path = isAbsolute(arg) ? arg : join(cwd, arg);
    if (arg.endsWith(".whl") && existsSync(path)) asked.wheels.push(path);
    else if (arg.endsWith(".txt") && existsSync(path)) await readFileOf(path, asked, new Set());
    else asked.requirements.push(parseRequirement(arg));
  }
  return asked;
}

/** The name of a package as indexes compare it (PEP 503). */
export function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

async function readFileOf(path: string, asked: Asked, seen: Set<string>): Promise<void> {
  const real = realpathSync(path);
  if (seen.has(real)) return;
  seen.add(real);
  const text = (await readFile(path, "utf8")).replaceAll(/\\\r?\n/g, " ");
  for (const raw of text.split(/\r?\n/)) {
    const line = raw
      .replace(/(^|\s)#.*$/, "")
      .replaceAll(/\s--hash=\S+/g, "")
      .trim();
    const [, included] = /^(?:-r|--requirement)[=\s]+(\S+)$/.exec(line) ?? [];
    const [, option, value] = INDEX.exec(line) ?? [];
    if (included !== undefined) await readFileOf(join(dirname(path), included), asked, seen);
    else if (option !== undefined) asked.indexes.push(option, value!);
    // Other options, such as --require-hashes and -c, do not choose a wheel.
    else if (line !== "" && (!line.startsWith("-") || /^(-e|--editable)\b/.test(line)))
      asked.requirements.push(parseRequirement(line, basename(path)));
  }
}

function parseRequirement(text: string, file?: string): Requirement {
  const [, name, extras = "", versions = "", marker = ""] = REQUIREMENT.exec(text.trim()) ?? [];
  if (name === undefined) {
    throw new BoardkitError(`${JSON.stringify(text)}${file === undefined ? "" : ` of ${file}`} is no package of an index, and no wheel`, {
      code: "NO_INPUT",
      exit: "usage",
      fix: "with --python name packages (numpy, numpy==2.2.6), a requirements.txt, or .whl files; folders and repositories would run their setup.py",
    });
  }
  const own = versions.replaceAll(/\s+/g, "");
  return { text: `${name}${extras}${own}${marker}`, name: normalise(name), versions: own };
}
