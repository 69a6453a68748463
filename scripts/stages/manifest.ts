// Reads and writes dist/<target>/manifest.json, and finds the targets that are built.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import picomatch from "picomatch";
import { BoardkitError } from "../lib/errors.ts";
import { readJsonFile, writeJsonFile } from "../lib/json-file.ts";
import type { AuditedManifest, Manifest } from "../model/report/manifest.ts";

const SCHEMA: Manifest["schema"] = 3;

/** A target that is built: its manifest, its folder, and the path of its addon. */
export type Built = { manifest: AuditedManifest; dist: string; addon: string };

/** The path of the manifest in a target's folder. */
export function manifestFile(dist: string): string {
  return join(dist, "manifest.json");
}

/** The manifest in a target's folder; undefined if there is none of this schema. */
export async function readManifest(dist: string): Promise<Manifest | undefined> {
  const manifest = (await readJsonFile(manifestFile(dist))) as Manifest | undefined;
  return manifest?.schema === SCHEMA ? manifest : undefined;
}

/** Writes a manifest; a reader sees the old one or the new one, never a part. */
export async function writeManifest(dist: string, manifest: Manifest): Promise<void> {
  await writeJsonFile(manifestFile(dist), manifest);
}

/** A target that is built and audited; throws if it is not. */
export async function readBuilt(triple: string, dist: string): Promise<Built> {
  const built = await findBuilt(dist);
  if (built) return built;
  throw notBuilt([triple], dist);
}

/** The built targets that match any of the patterns, or without a pattern all that the project ships. Throws if one is not built. */
export async function selectBuilt(dist: string, patterns: string[]): Promise<Built[]> {
  const names = await requestedTargets(dist, patterns);
  const all = await listBuilt(dist);
  const missing = names.filter((name) => !all.some(({ manifest }) => manifest.target.triple === name));
  if (missing.length > 0) throw notBuilt(missing, dist);
  return all.filter(({ manifest }) => names.includes(manifest.target.triple));
}

/** The triples of patterns, built or not; without a pattern those that the project ships. */
export async function requestedTargets(dist: string, patterns: string[]): Promise<string[]> {
  const manifests = await listManifests(dist);
  const triples = manifests.map(({ target }) => target.triple);
  const shipped = [...new Set(manifests.flatMap(({ project }) => project.targets))].toSorted();
  if (patterns.length === 0 && shipped.length === 0) throw notBuilt([], dist);
  if (patterns.length === 0) return shipped;
  return [...new Set(patterns.flatMap((pattern) => (isGlob(pattern) ? matching(triples, pattern, dist) : [pattern])))].toSorted();
}

function matching(triples: string[], pattern: string, dist: string): string[] {
  const found = triples.filter((triple) => picomatch.isMatch(triple, pattern));
  if (found.length === 0) throw notBuilt([pattern], dist);
  return found;
}

/** Every target that is built and audited, in the order of the names. */
async function listBuilt(dist: string): Promise<Built[]> {
  const found = await Promise.all((await listFolders(dist)).map(findBuilt));
  return found.filter((built) => built !== undefined);
}

async function listManifests(dist: string): Promise<Manifest[]> {
  const found = await Promise.all((await listFolders(dist)).map(readManifest));
  return found.filter((manifest) => manifest !== undefined);
}

async function listFolders(dist: string): Promise<string[]> {
  if (!existsSync(dist)) return [];
  const entries = await readdir(dist, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return folders.map(({ name }) => join(dist, name)).toSorted();
}

/** A target that is built and audited, if it is. */
export async function findBuilt(dist: string): Promise<Built | undefined> {
  const manifest = await readManifest(dist);
  const addon = join(dist, manifest?.artifact.file ?? "");
  if (!manifest?.audit || !existsSync(addon)) return undefined;
  return { manifest: { ...manifest, audit: manifest.audit }, dist, addon };
}

const isGlob = (pattern: string) => /[*?[{]/.test(pattern);

function notBuilt(missing: string[], place: string): BoardkitError {
  const options = missing.map((pattern) => ` --target ${isGlob(pattern) ? `'${pattern}'` : pattern}`).join("");
  return new BoardkitError(
    missing.length > 0 ? `${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not built` : "nothing is built",
    {
      code: "NOT_BUILT",
      exit: "usage",
      place,
      fix: `run: boardkit build${options}`,
    },
  );
}
