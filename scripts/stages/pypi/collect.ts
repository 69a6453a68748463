// Collects the wheels in dist/ for packing: built from this version, and unchanged since their audit.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashFile } from "../../lib/hash.ts";
import type { Project } from "../../model/project.ts";
import { selectTriples, targetsOfProject, type Registry } from "../../model/registry.ts";
import type { WheelManifest } from "../../model/report/wheel-manifest.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { readWheelManifest } from "../wheel/manifest.ts";

/** A wheel that can be packed. */
export type BuiltWheel = { target: Triple; manifest: WheelManifest; path: string };

/** The targets whose wheels a project ships: those of the request, else those of the project. */
export function wheelTargets(registry: Registry, project: Project, patterns: string[]): Triple[] {
  const names = patterns.length > 0 ? patterns : targetsOfProject(registry, project);
  return selectTriples(registry, names).filter(({ why }) => !why);
}

/** The wheels of targets in a folder, and the targets without a wheel of this version of the project. */
export async function collectWheels(
  { name, version }: Pick<Project, "name" | "version">,
  dist: string,
  targets: Triple[],
): Promise<{ wheels: BuiltWheel[]; missing: Triple[] }> {
  const wheels: BuiltWheel[] = [];
  const missing: Triple[] = [];
  for (const target of targets) {
    const folder = join(dist, target.triple);
    const manifest = await readWheelManifest(folder);
    const path = join(folder, "wheel", manifest?.wheel.file ?? "");
    const isOwn = manifest?.project.name === name && manifest.project.version === version;
    if (isOwn && existsSync(path) && (await hashFile(path)) === manifest.wheel.sha256) wheels.push({ target, manifest, path });
    else missing.push(target);
  }
  return { wheels, missing };
}
