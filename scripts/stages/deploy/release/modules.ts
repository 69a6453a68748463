// The production dependencies of a project for the board's platform, as its package manager installs them by its lockfile. What the developer
// has installed is for another platform, and is never looked at.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import { z } from "zod";
import { BoardkitError } from "../../../lib/errors.ts";
import { hashValue } from "../../../lib/hash.ts";
import { readRecord, writeJsonFile } from "../../../lib/json-file.ts";
import { fillFolder } from "../../../lib/paths.ts";
import { whileRunning } from "../../../lib/reporter.ts";
import { isFile, staysInside, type Entry } from "../../../model/deploy/manifest.ts";
import type { Context } from "../../context.ts";
import { installerOf } from "../../fetch-app/fetch-app.ts";
import { copyProject, readProject, type Project } from "../../fetch-app/project.ts";
import { nameOf, type System } from "../../fetch-app/system.ts";
import { listTree, readEntry } from "./tree.ts";

/** Part of the key: a change of what is kept makes the kept ones useless. */
const REVISION = 1;

const kept = z.object({
  app: z.string(),
  entries: z.array(
    z.union([
      z.object({ path: z.string(), sha256: z.string(), mode: z.union([z.literal(0o644), z.literal(0o755)]), size: z.number() }),
      z.object({ path: z.string(), link: z.string() }),
    ]),
  ),
  members: z.array(z.string()),
  refused: z.array(z.object({ name: z.string(), version: z.string(), wanted: z.string() })),
});

export type Modules = {
  /** Folder that the paths of the entries are in. */
  folder: string;
  entries: Entry[];
  /** Folders of the project whose packages are linked: workspaces. */
  members: string[];
  /** Packages that the package manager does not install on such a system, although they are needed. */
  refused: { name: string; version: string; wanted: string }[];
};

/** The installed dependencies; undefined for a project without any. They are kept in the cache by everything that they depend on. */
export async function installModules(
  folder: string,
  system: System,
  context: Context,
  env: NodeJS.ProcessEnv,
): Promise<Modules | undefined> {
  const project = await readProject(join(folder, "package.json"));
  if (project.lockfile === undefined) {
    if (!(await hasDependencies(project))) return undefined;
    throw new BoardkitError(`${folder} has dependencies, but no lockfile`, {
      code: "NO_LOCKFILE",
      exit: "usage",
      fix: "npm install --package-lock-only\nthe lockfile says which versions reach the board; a member of a workspace is deployed from the workspace's root",
    });
  }
  const key = hashValue([
    REVISION,
    project.manager,
    system,
    project.lock,
    await Promise.all(project.files.map((file) => describe(file, project))),
  ]);
  const place = join(context.cache, "deploy", "modules", key);
  const record = join(place, "kept.json");
  if (!existsSync(record)) await install(project, system, place, context, env);
  const found = await readRecord(record, kept, "remove that folder; the next deploy installs again");
  if (!found) throw new Error(`${record} has vanished`);
  return { ...found, folder: join(place, found.app) };
}

async function hasDependencies({ folder }: Project): Promise<boolean> {
  const json = z
    .object({
      dependencies: z.record(z.string(), z.unknown()).catch({}),
      optionalDependencies: z.record(z.string(), z.unknown()).catch({}),
    })
    .parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  return Object.keys({ ...json.dependencies, ...json.optionalDependencies }).length > 0;
}

async function describe(file: string, { folder }: Project): Promise<[string, string]> {
  return [relative(folder, file), await readFile(file, "base64")];
}

async function install(project: Project, system: System, place: string, context: Context, env: NodeJS.ProcessEnv): Promise<void> {
  const what = join(project.folder, project.lockfile ?? "package.json");
  await mkdir(dirname(place), { recursive: true });
  await fillFolder(place, (temporary) =>
    whileRunning(context.reporter, ["fetch", `dependencies for ${nameOf(system)}`], async () => {
      const started = performance.now();
      const installer = await installerOf(project, context);
      const copy = await copyProject(project, temporary);
      const { npmrc, lock } = project;
      const refused = await installer({
        folder: copy,
        what,
        lock,
        isLocked: true,
        npmrc,
        system,
        omit: ["dev"],
        env,
        signal: context.signal,
      });
      const app = relative(temporary, copy);
      await writeJsonFile(join(temporary, "kept.json"), { app, ...(await readModules(copy)), refused });
      context.reporter.done("fetch", `dependencies for ${nameOf(system)}`, (performance.now() - started) / 1000);
    }),
  );
}

async function readModules(copy: string): Promise<{ entries: Entry[]; members: string[] }> {
  const entries: Entry[] = [];
  const members = new Set<string>();
  const readBelow = async (member: string) => {
    const modules = member === "" ? "node_modules" : `${member}/node_modules`;
    if (!existsSync(join(copy, modules))) return;
    for (const path of await listTree(copy, modules, isBookkeeping)) {
      const entry = await readEntry(copy, path);
      entries.push(entry);
      if (isFile(entry) || !staysInside(path, entry.link)) continue;
      const target = posix.join(posix.dirname(path), entry.link);
      if (target.split("/").includes("node_modules") || members.has(target)) continue;
      members.add(target);
      await readBelow(target);
    }
  };
  await readBelow("");
  return { entries, members: [...members].toSorted() };
}

/** What package managers note for themselves, with times and paths of this machine; commands of packages. */
function isBookkeeping(path: string): boolean {
  return /(^|\/)node_modules\/(\.(package-lock\.json|yarn-[^/]*|modules\.yaml|pnpm-[^/]*|bin|cache)$|\.pnpm\/(lock\.yaml|\.[^/]*)$)/.test(
    path,
  );
}
