// Reads the packages of an installed app: those in the node_modules folders of npm, pnpm and Yarn. Nothing of them is run.
import { existsSync, realpathSync } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BoardkitError } from "../../../lib/errors.ts";
import type { AppPackage, Unreadable } from "./package.ts";
import { readFields, readNativeFiles } from "./read-package.ts";

export type AppTree = {
  /** The folder of the app. */
  root: string;
  /** By their folders. The app itself is one if it has a package.json. */
  packages: Map<string, AppPackage>;
  unreadable: Unreadable[];
};

/** More packages than any app has. */
const MOST_PACKAGES = 100_000;

/** Reads an app. */
export async function readTree(given: string): Promise<AppTree> {
  const root = basename(given) === "node_modules" ? dirname(given) : given;
  if (!existsSync(join(root, "node_modules")) && existsSync(join(root, ".pnp.cjs")))
    throw new BoardkitError(`${root} is installed by Yarn's Plug'n'Play, without node_modules`, {
      code: "NO_NODE_MODULES",
      exit: "usage",
      fix: "audit its yarn.lock, or install with `nodeLinker: node-modules`",
    });
  const tree: AppTree = { root: await realpath(root), packages: new Map(), unreadable: [] };
  const seen = new Set<string>();
  // pnpm and workspaces link packages; each folder is read once, by its real path.
  const readOne = async (folder: string): Promise<void> => {
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined) {
      tree.unreadable.push({ path: folder, reason: "it is a link that leads nowhere" });
      return;
    }
    if (seen.has(real)) return;
    seen.add(real);
    if (seen.size > MOST_PACKAGES) throw tooMany(root);
    await addPackage(tree, real);
    await readModules(join(real, "node_modules"));
    // pnpm puts a package beside its dependencies.
    if (basename(dirname(real)) === "node_modules") await readModules(dirname(real));
    else if (basename(dirname(dirname(real))) === "node_modules") await readModules(dirname(dirname(real)));
  };
  const readModules = async (folder: string): Promise<void> => {
    if (seen.has(folder)) return;
    seen.add(folder);
    for (const name of await listPackages(folder, tree)) {
      const path = join(folder, name);
      if (!name.startsWith("@")) await readOne(path);
      else for (const own of await listPackages(path, tree)) await readOne(join(path, own));
    }
  };
  await readOne(tree.root);
  return tree;
}

/** The names in a folder of packages that may be packages; a folder that cannot be read is noted. */
async function listPackages(folder: string, tree: AppTree): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.name.startsWith(".") || entry.isFile() ? [] : [entry.name])).toSorted();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") tree.unreadable.push({ path: folder, reason: message });
    return [];
  }
}

async function addPackage(tree: AppTree, folder: string): Promise<void> {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return;
  try {
    const fields = await readFields(path);
    tree.packages.set(folder, { ...fields, name: fields.name || basename(folder), folder, ...(await readNativeFiles(folder, fields.bin)) });
  } catch (error) {
    tree.unreadable.push({ path, reason: (error as Error).message });
  }
}

/** The package that `require(name)` of a package finds; undefined if it is not installed. */
export function findPackage({ packages, root }: AppTree, from: string, name: string): AppPackage | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = packages.get(join(folder, "node_modules", name)) ?? linkedPackage(packages, join(folder, "node_modules", name));
    if (found) return found;
    if (folder === root || dirname(folder) === folder) return undefined;
  }
}

function linkedPackage(packages: AppTree["packages"], path: string): AppPackage | undefined {
  try {
    return existsSync(path) ? packages.get(realpathSync(path)) : undefined;
  } catch {
    return undefined;
  }
}

function tooMany(root: string): BoardkitError {
  return new BoardkitError(`${root} has more than ${MOST_PACKAGES} packages`, {
    code: "TREE_TOO_LARGE",
    fix: "audit one app, and not a folder of many",
  });
}
