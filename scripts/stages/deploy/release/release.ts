// Makes a release of a project for a machine: its files, each in the form for that machine, and the id. The same input gives the same id.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, link, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Place } from "../../../audit/place.ts";
import { hashBytes } from "../../../lib/hash.ts";
import { BoardkitError } from "../../../lib/errors.ts";
import { formatManifest, isFile, MANIFEST, releaseId, RUN, type Entry } from "../../../model/deploy/manifest.ts";
import { formatRun } from "../../../model/deploy/run-file.ts";
import type { DeploySettings } from "../../../model/deploy/settings.ts";
import { getArchitecture } from "../../../model/registry.ts";
import type { Triple } from "../../../model/targets/triple.ts";
import type { Context } from "../../context.ts";
import { auditRelease } from "./audit-release.ts";
import { installModules, type Modules } from "./modules.ts";
import { findOwnAddon, type OwnAddon } from "./own-addon.ts";
import { requireHostModules } from "../runtime/host-modules.ts";
import { checkKinds, listNamed, listPacked } from "./own-files.ts";
import type { Runtime } from "./runtime.ts";
import { readEntry } from "./tree.ts";

export type Release = {
  id: string;
  /** Folder in the cache with its files. */
  folder: string;
  manifest: string;
  entries: Entry[];
  /** Bytes of all files. */
  bytes: number;
  warnings: string[];
};

export type ReleaseInput = {
  /** Name of the app. */
  app: string;
  /** Folder of the project. */
  project: string;
  settings: DeploySettings;
  target: Triple;
  place: Place;
  runtime: Runtime;
};

/** Releases of an app that stay in the cache: the one on a board is the base of the next one. */
const KEEP = 8;

/** Makes the release, and audits it for the place. */
export async function makeRelease(input: ReleaseInput, context: Context, env: NodeJS.ProcessEnv): Promise<Release> {
  const { app, project, settings, target, place, runtime } = input;
  const system = { cpu: getArchitecture(context.registry, target.arch).node, libc: target.libc };
  const modules = settings.files === undefined ? await installModules(project, system, context, env) : undefined;
  const addon = settings.files === undefined ? await findOwnAddon(project, target, context.registry) : undefined;
  const { paths, leftOut } = await ownPaths(input, modules, addon);
  const releases = join(context.cache, "deploy", "releases", app);
  const stage = join(releases, `.stage-${randomUUID()}`);
  try {
    const entries = await fillStage(stage, { project, paths, modules, addon });
    refuseOwnRun(entries);
    requireEntry(entries, runtime, project);
    if (runtime.sent?.kind === "host" && runtime.node !== undefined) await requireHostModules(stage, runtime.entry ?? "", project);
    const program = runtime.node === undefined ? runtime.entry : undefined;
    const audited = await auditRelease(stage, place, { refused: modules?.refused ?? [], program }, context);
    const run = formatRun({ ...runtime, addons: audited.addons, ...(addon === undefined ? {} : { addon }) });
    await writeFile(join(stage, RUN), run, { mode: 0o644 });
    const all: Entry[] = [...entries, { path: RUN, sha256: hashBytes(run), mode: 0o644, size: Buffer.byteLength(run) }];
    const manifest = formatManifest(all);
    await writeFile(join(stage, MANIFEST), manifest);
    const id = releaseId(manifest);
    const warnings = [...leftOut.map((path) => `${path} looks like a secret, and is left out`), ...audited.warnings];
    const folder = await keep(stage, releases, id);
    return { id, folder, manifest, entries: all, bytes: all.reduce((sum, one) => sum + (isFile(one) ? one.size : 0), 0), warnings };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** The manifest of a release that this machine has made; undefined if it is not kept. */
export async function readKept(app: string, id: string, { cache }: Context): Promise<string | undefined> {
  const path = join(cache, "deploy", "releases", app, id, MANIFEST);
  return existsSync(path) ? readFile(path, "utf8") : undefined;
}

type Paths = { paths: string[]; leftOut: string[] };

async function ownPaths(
  { project, settings, target }: ReleaseInput,
  modules: Modules | undefined,
  addon: OwnAddon | undefined,
): Promise<Paths> {
  if (settings.files !== undefined) {
    const { paths, leftOut } = await listNamed(project, settings.files, target.triple);
    return { paths: [...new Set(["package.json", ...paths])], leftOut };
  }
  const all: Paths = { paths: [], leftOut: [] };
  for (const member of ["", ...(modules?.members ?? [])]) {
    const { paths, leftOut } = await listPacked(join(project, member));
    const inside = (path: string) => (member === "" ? path : `${member}/${path}`);
    all.paths.push(...paths.map(inside));
    all.leftOut.push(...leftOut.map(inside));
  }
  // The build output for other machines: that for this one is added by itself.
  const isOther = (path: string) =>
    addon !== undefined &&
    (path.startsWith("dist/") || path.startsWith("target/") || (path.includes(`${addon.binaryName}.`) && path.endsWith(".node")));
  return { paths: [...new Set(all.paths)].filter((path) => !isOther(path)), leftOut: all.leftOut };
}

type Parts = { project: string; paths: string[]; modules: Modules | undefined; addon: OwnAddon | undefined };

/** Puts the files of a release into a folder, so that none of them changes while it is sent. */
async function fillStage(stage: string, { project, paths, modules, addon }: Parts): Promise<Entry[]> {
  await mkdir(stage, { recursive: true });
  await checkKinds(project, paths);
  const folders = new Set<string>();
  const into = async (path: string) => {
    const file = join(stage, path);
    if (!folders.has(dirname(file))) await mkdir(dirname(file), { recursive: true });
    folders.add(dirname(file));
    return file;
  };
  for (const path of paths) await copyEntry(join(project, path), await into(path));
  if (addon) await copyEntry(addon.file, await into(addon.path));
  const own = await Promise.all([...new Set([...paths, ...(addon ? [addon.path] : [])])].map((path) => readEntry(stage, path)));
  for (const entry of modules?.entries ?? []) {
    const file = await into(entry.path);
    if (isFile(entry)) await linkFile(join(modules!.folder, entry.path), file);
    else await symlink(entry.link, file);
  }
  return [...own, ...(modules?.entries ?? [])];
}

async function copyEntry(from: string, to: string): Promise<void> {
  const target = await readlink(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EINVAL") throw error;
    return undefined;
  });
  if (target !== undefined) return symlink(target, to);
  await copyFile(from, to);
  await chmod(to, (await stat(from)).mode & 0o777);
}

/** A second name for a file of the cache, which nothing changes; a copy where the file system refuses that. */
async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await copyFile(from, to);
  }
}

/** The text that the launcher reads takes this place in a release; editors keep a folder of this name. */
function refuseOwnRun(entries: Entry[]): void {
  const found = entries.find(({ path }) => path === RUN || path.startsWith(`${RUN}/`));
  if (found === undefined) return;
  throw new BoardkitError(`${found.path} has the place of the text by which the board starts the release`, {
    code: "RELEASE_REFUSED",
    exit: "usage",
    fix: `add ${RUN} to .npmignore, or rename it`,
  });
}

function requireEntry(entries: Entry[], { entry }: Runtime, project: string): void {
  if (entry === undefined || entries.some(({ path }) => path === entry)) return;
  throw new BoardkitError(`${entry}, which the service runs, is not in the release`, {
    code: "NO_ENTRY",
    exit: "usage",
    place: join(project, "package.json"),
    fix: existsSync(join(project, entry))
      ? "npm does not pack it: add it to `files` of package.json, or take it out of .npmignore and .gitignore"
      : "fix `boardkit.deploy.entry`, or build the project first",
  });
}

/** Moves a stage to its name, and removes the oldest releases. */
async function keep(stage: string, releases: string, id: string): Promise<string> {
  const folder = join(releases, id);
  if (existsSync(folder)) await utimes(folder, new Date(), new Date());
  else
    await rename(stage, folder).catch((error: NodeJS.ErrnoException) => {
      // Another run has made the same one in the meantime.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  const names = (await readdir(releases)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const times = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(releases, name))).mtimeMs })));
  for (const { name } of times.toSorted((a, b) => b.at - a.at).slice(KEEP))
    await rm(join(releases, name), { recursive: true, force: true });
  return folder;
}
