// The package that is to be verified: a packed one or one that is installed; which package of the project it says to be.
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import type { Table } from "../../target-side/loader/loader.cjs";
import type { BuilderName } from "../../model/builder.ts";
import { platformPackage } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import type { Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { DIRTY } from "../../tools/git.ts";
import type { Files } from "./compare.ts";

/** What a platform's package says of its build, in the `boardkit` block of its package.json. */
export type BuildClaim = { commit?: string; builder: BuilderName; rustc: string; std: string; tools: string };

export type Given = {
  path: string;
  name: string;
  version: string;
  files: Files;
  /** Of a packed one. */
  tarball?: Uint8Array;
  /** What of Boardkit's is in its package.json. */
  block: { build?: BuildClaim; smoke?: string[] };
};

/** A package of the project, with the targets that must be built to have it again. */
export type Known = Given & { kind: "root" | "platform"; targets: Triple[] };

/** Reads a package: a .tgz, or a folder with a package.json. */
export async function readGiven(path: string): Promise<Given> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? noPackage(path, "there is no such file or folder", error) : error;
    },
  );
  const tarball = isFolder ? undefined : await readFile(path);
  const files = tarball ? await unpackedFiles(tarball) : await folderFiles(path);
  if (!files.has("package.json")) throw noPackage(path, "it holds no package.json");
  const { name = "", version = "", boardkit } = jsonIn(files, "package.json", path) as Partial<Record<string, string>>;
  return { path, name, version, files, ...(tarball ? { tarball } : {}), block: (boardkit ?? {}) as Given["block"] };
}

function jsonIn(files: Files, name: string, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(files.get(name) ?? []).toString());
  } catch (error) {
    throw noPackage(path, `its ${name} is no JSON`, error);
  }
}

async function unpackedFiles(tarball: Uint8Array): Promise<Files> {
  const files = await readArchive(tarball, "package.tgz", () => true);
  // npm puts all below one folder, whatever that is called.
  return new Map(files.map(({ name, bytes }) => [name.replace(/^[^/]*\//, ""), bytes]));
}

async function folderFiles(folder: string): Promise<Files> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  // Package managers install there what it depends on.
  const own = paths.filter((path) => !path.startsWith("node_modules/")).toSorted();
  return new Map(await Promise.all(own.map(async (path) => [path, new Uint8Array(await readFile(join(folder, path)))] as const)));
}

/** Finds which package of the project a given one is; an error tells that it is none, or none of this version or commit. */
export function identify(given: Given, project: Project, registry: Registry, commit: string | undefined): Known {
  const { name, version, path } = given;
  const target = [...registry.triples.values()].find((one) => platformPackage(project.packageName, one.napiPlatform) === name);
  if (!target && name !== project.name) {
    throw new BoardkitError(`${name || path} is no package of ${project.name}`, {
      code: "OTHER_PROJECT",
      exit: "usage",
      place: path,
      fix: "name the folder of its project with --cwd",
    });
  }
  const claimed = given.block.build?.commit;
  const checkout = claimed ? `git checkout ${claimed}` : "check out the commit that it was packed from";
  if (version !== project.version) {
    throw new BoardkitError(`it is ${name} ${version}, and this is the source of ${project.version}`, {
      code: "OTHER_VERSION",
      exit: "usage",
      place: path,
      fix: checkout,
    });
  }
  checkCommit(given, claimed, commit);
  if (!target) return { ...given, kind: "root", targets: targetsOfRoot(given, project, registry) };
  if (!given.block.build) throw notPacked(given);
  return { ...given, kind: "platform", targets: [target] };
}

function checkCommit({ name, path }: Given, claimed: string | undefined, commit: string | undefined): void {
  if (claimed === undefined) return;
  if (claimed.endsWith(DIRTY)) {
    throw new BoardkitError(`${name} was built from ${claimed.slice(0, -DIRTY.length)} with changes that are in no commit`, {
      code: "BUILT_FROM_CHANGES",
      exit: "usage",
      place: path,
      fix: "nobody can build it again; publish what is built from a commit",
    });
  }
  if (claimed === commit) return;
  const isChanged = commit === `${claimed}${DIRTY}`;
  throw new BoardkitError(
    `${name} was built from the commit ${claimed}, and this is ${isChanged ? "that one, changed" : (commit ?? "none")}`,
    {
      code: "OTHER_COMMIT",
      exit: "usage",
      place: path,
      fix: isChanged ? "git stash" : `git checkout ${claimed}`,
    },
  );
}

/** The targets whose builds the loader of a root package chooses among: what is in it depends on each. */
function targetsOfRoot(given: Given, { settings }: Project, registry: Registry): Triple[] {
  const folder = settings.loader ?? ".";
  const name = folder === "." ? "loader.json" : `${folder}/loader.json`;
  if (!given.files.has(name)) throw notPacked(given);
  const { builds } = jsonIn(given.files, name, given.path) as Table;
  const platforms = new Set(builds.map(({ platform }) => platform));
  return [...registry.triples.values()].filter(({ napiPlatform }) => platforms.has(napiPlatform));
}

function notPacked({ name, path }: Given): BoardkitError {
  return new BoardkitError(`${name} was not packed by this Boardkit: it does not say how it was built`, {
    code: "NOT_BY_BOARDKIT",
    exit: "usage",
    place: path,
    fix: "pack it with: boardkit package",
  });
}

function noPackage(path: string, what: string, cause?: unknown): BoardkitError {
  return new BoardkitError(`no npm package: ${what}`, {
    code: "NO_PACKAGE",
    exit: "usage",
    place: path,
    fix: "name a packed package (.tgz), or the folder of an installed one",
    cause,
  });
}
