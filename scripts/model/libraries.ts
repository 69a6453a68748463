// Files of targets/libraries -> the libraries of a system by soname, as the audit looks them up.
import type { PlaceSystem } from "../audit/place.ts";
import { badData, type Registry } from "./registry.ts";
import type { Libraries } from "./targets/libraries.ts";
import type { System } from "./targets/system.ts";

type Listed = Pick<PlaceSystem, "present" | "packages" | "complete">;

/** Thousands of names, of which many boards have the same. */
const listed = new WeakMap<Libraries, Listed>();

/** The libraries of a system, and its way to install others. */
export function librariesOf(registry: Registry, { id, name, install, releaseFile, libraries }: System): PlaceSystem {
  const file = registry.libraries.get(libraries);
  if (!file) throw badData(`targets/libraries/${libraries}.json`, "the file is missing");
  const found = listed.get(file) ?? listLibraries(file, registry.libraries.get(file.base ?? ""));
  listed.set(file, found);
  return { id, name, install, ...(releaseFile === undefined ? {} : { releaseFile }), ...found };
}

/** Joins a file with its base. */
export function listLibraries(file: Libraries, base?: Libraries): Listed {
  const own = packagesOf(file);
  const replaced = new Set(own.map(([soname]) => stemOf(soname)));
  const others = base ? packagesOf(base).filter(([soname]) => !replaced.has(stemOf(soname))) : [];
  const versions: Libraries["versions"] = { ...base?.versions, ...file.versions };
  const present = [...(base?.present ?? []), ...file.present].map((soname) => [soname, versions[soname] ?? []]);
  return { present: Object.fromEntries(present), packages: Object.fromEntries([...others, ...own]), complete: file.complete };
}

/** Each soname with its package. */
function packagesOf({ packages }: Libraries): [soname: string, name: string][] {
  return Object.entries(packages).flatMap(([name, sonames]) => sonames.map((soname): [string, string] => [soname, name]));
}

/** The name without a version: a release has one version of most libraries. */
function stemOf(soname: string): string {
  return soname.replace(/\.so\b.*/, "");
}
