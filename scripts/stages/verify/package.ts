// Reads a packed or installed package, and identifies it as a package of the project.
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

/** The build in the `boardkit` block of a platform's package.json. */
export type BuildClaim = { commit?: string; builder: BuilderName; rustc: string; std: string; tools: string };

export type InputPackage = {
  path: string;
  name: string;
  version: string;
  files: Files;
  /** Bytes of a packed package. */
  tarball?: Uint8Array;
  /** The `boardkit` block of its package.json. */
  block: { build?: BuildClaim; smoke?: string[] };
};

/** A package of the project, with the targets to rebuild for it. */
export type IdentifiedPackage = InputPackage & { kind: "root" | "platform"; targets: Triple[] };

/** Reads a package: a .tgz, or a folder with a package.json. */
export async function readPackage(path: string): Promise<InputPackage> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? noPackage(path, "there is no such file or folder", error) : error;
    },
  );
  const tarball = isFolder ? undefined : await readFile(path);
  const files = tarball ? await unpackedFiles(tarball) : await folderFiles(path);
  if (!files.has("package.json")) throw noPackage(path, "it has no package.json");
  const { name = "", version = "", boardkit } = jsonIn(files, "package.json", path) as Partial<Record<string, string>>;
  return { path, name, version, files, ...(tarball ? { tarball } : {}), block: (boardkit ?? {}) as InputPackage["block"] };
}

function jsonIn(files: Files, name: string, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(files.get(name) ?? []).toString());
  } catch (error) {
    throw noPackage(path, `its ${name} is not JSON`, error);
  }
}

async function unpackedFiles(tarball: Uint8Array): Promise<Files> {
  const files = await readArchive(tarball, "package.tgz", () => true);
  // npm puts all files below one folder; its name may vary.
  return new Map(files.map(({ name, bytes }) => [name.replace(/^[^/]*\//, ""), bytes]));
}

async function folderFiles(folder: string): Promise<Files> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  // Package managers install its dependencies there.
  const own = paths.filter((path) => !path.startsWith("node_modules/")).toSorted();
  return new Map(await Promise.all(own.map(async (path) => [path, new Uint8Array(await readFile(join(folder, path)))] as const)));
}

/** Identifies a package of the project; throws if it belongs to another project, version or commit. */
export function identify(input: InputPackage, project: Project, registry: Registry, commit: string | undefined): IdentifiedPackage {
  const { name, version, path } = input;
  const target = [...registry.triples.values()].find(({ napiPlatform }) => platformPackage(project.packageName, napiPlatform) === name);
  if (!target && name !== project.name) {
    throw new BoardkitError(`${name || path} is not a package of ${project.name}`, {
      code: "OTHER_PROJECT",
      exit: "usage",
      place: path,
      fix: "name the folder of its project with --cwd",
    });
  }
  const claimed = input.block.build?.commit;
  const checkout = claimed ? `git checkout ${claimed}` : "check out the commit that it was packed from";
  if (version !== project.version) {
    throw new BoardkitError(`the package is ${name} ${version}, but this is the source of ${project.version}`, {
      code: "OTHER_VERSION",
      exit: "usage",
      place: path,
      fix: checkout,
    });
  }
  checkCommit(input, claimed, commit);
  if (!target) return { ...input, kind: "root", targets: targetsOfRoot(input, project, registry) };
  if (!input.block.build) throw notPacked(input);
  return { ...input, kind: "platform", targets: [target] };
}

function checkCommit({ name, path }: InputPackage, claimed: string | undefined, commit: string | undefined): void {
  if (claimed === undefined) return;
  if (claimed.endsWith(DIRTY)) {
    throw new BoardkitError(`${name} was built from ${claimed.slice(0, -DIRTY.length)} with uncommitted changes`, {
      code: "BUILT_FROM_CHANGES",
      exit: "usage",
      place: path,
      fix: "it cannot be built again; publish packages that are built from a commit",
    });
  }
  if (claimed === commit) return;
  const isChanged = commit === `${claimed}${DIRTY}`;
  throw new BoardkitError(
    `${name} was built from the commit ${claimed}, but the source is ${isChanged ? "that commit with changes" : (commit ?? "in no commit")}`,
    {
      code: "OTHER_COMMIT",
      exit: "usage",
      place: path,
      fix: isChanged ? "git stash" : `git checkout ${claimed}`,
    },
  );
}

/** The targets in the loader's table of a root package, whose files depend on all of them. */
function targetsOfRoot(input: InputPackage, { settings }: Project, registry: Registry): Triple[] {
  const folder = settings.loader ?? ".";
  const name = folder === "." ? "loader.json" : `${folder}/loader.json`;
  if (!input.files.has(name)) throw notPacked(input);
  const { builds } = jsonIn(input.files, name, input.path) as Table;
  const platforms = new Set(builds.map(({ platform }) => platform));
  return [...registry.triples.values()].filter(({ napiPlatform }) => platforms.has(napiPlatform));
}

function notPacked({ name, path }: InputPackage): BoardkitError {
  return new BoardkitError(`${name} was not packed by this Boardkit: it does not describe its build`, {
    code: "NOT_BY_BOARDKIT",
    exit: "usage",
    place: path,
    fix: "pack it with: boardkit package",
  });
}

function noPackage(path: string, reason: string, cause?: unknown): BoardkitError {
  return new BoardkitError(`not an npm package: ${reason}`, {
    code: "NO_PACKAGE",
    exit: "usage",
    place: path,
    fix: "name a packed package (.tgz), or the folder of an installed package",
    cause,
  });
}
