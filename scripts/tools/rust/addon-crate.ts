// Finds the addon's crate of a project, and checks that its output is a library that Node can load.
import { dirname, relative } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Project } from "../../model/project.ts";
import { type CargoMetadata, type CargoPackage, readCargoMetadata, type ReadMetadata } from "./rust.ts";

export type AddonCrate = ReadMetadata & { crate: CargoPackage };

/** Reads the crates of a project, and finds that of the addon. */
export async function readAddonCrate(project: Pick<Project, "folder" | "manifest">, signal: AbortSignal): Promise<AddonCrate> {
  const read = await readCargoMetadata(project.manifest, signal);
  return { ...read, crate: findAddonCrate(read.metadata, project) };
}

/** The package of the project's manifest; for the manifest of a workspace, the only member that is a napi-rs addon. */
export function findAddonCrate(metadata: CargoMetadata, { folder, manifest }: Pick<Project, "folder" | "manifest">): CargoPackage {
  const own = metadata.packages.find((item) => item.manifest_path === manifest);
  if (own && !isLoadable(own)) {
    throw new BoardkitError(`the crate ${own.name} does not compile to a library that Node can load`, {
      code: "NO_CDYLIB",
      exit: "usage",
      place: manifest,
      fix: 'add to Cargo.toml: [lib] crate-type = ["cdylib"]',
    });
  }
  if (own) return own;
  const members = metadata.packages.filter(({ id }) => metadata.workspace_members.includes(id));
  const addons = members.filter((item) => isLoadable(item) && item.dependencies.some(({ name }) => name === "napi"));
  const [only, ...others] = addons;
  if (only && others.length === 0) return only;
  const folders = addons.map((item) => relative(folder, dirname(item.manifest_path)));
  throw new BoardkitError(
    only
      ? `the workspace has ${addons.length} addons: ${folders.join(", ")}`
      : "no crate of the workspace is a cdylib that depends on napi",
    {
      code: only ? "CRATE_AMBIGUOUS" : "NO_CDYLIB",
      exit: "usage",
      place: manifest,
      fix: only
        ? 'name the crate of this package in its package.json: "boardkit": {"crate": "<folder>"}'
        : 'the addon\'s crate needs a dependency on napi, and in its Cargo.toml: [lib] crate-type = ["cdylib"]',
    },
  );
}

/** The file name of the library that cargo builds of an addon's crate for Linux. */
export function libraryOf({ targets }: Pick<CargoPackage, "targets">): string {
  const library = targets.find(({ kind }) => kind.includes("cdylib"));
  return `lib${library?.name.replaceAll("-", "_")}.so`;
}

function isLoadable({ targets }: CargoPackage): boolean {
  return targets.some(({ kind }) => kind.includes("cdylib"));
}
