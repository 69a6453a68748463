// The addon of the project itself in a release: the build output for the board's target, from dist/.
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { nativePathVariable, targetFolder } from "../../../model/names.ts";
import { readPackageJson, readProject, readSettings, type Project } from "../../../model/project.ts";
import type { Registry } from "../../../model/registry.ts";
import type { Triple } from "../../../model/targets/triple.ts";
import { findBuilt, readBuilt, type Built } from "../../manifest.ts";

export type OwnAddon = {
  /** Absolute path of the build output. */
  file: string;
  /** Its path in the release. */
  path: string;
  /** The variable by which the loaders of Boardkit and of this addon take a file. */
  variable: string;
  binaryName: string;
};

/** The addon for a target; undefined if the project has none. One that is not built is an error. */
export async function findOwnAddon(folder: string, target: Triple, registry: Registry): Promise<OwnAddon | undefined> {
  const addonFolder = resolve(folder, readSettings(folder).addon);
  if (!existsSync(join(addonFolder, "package.json")) || !readPackageJson(addonFolder).napi) return undefined;
  const project = readProject(folder);
  const { addon, manifest } = await findBuild(project, target, registry);
  const inside = relative(project.folder, project.addonFolder);
  return {
    file: addon,
    path: inside === "" ? manifest.artifact.file : `${inside}/${manifest.artifact.file}`,
    variable: nativePathVariable(project.binaryName),
    binaryName: project.binaryName,
  };
}

/** The build for the target, else one for an older CPU of the same kind: the audit decides whether it runs. */
async function findBuild({ folder }: Project, target: Triple, { triples }: Registry): Promise<Built> {
  for (const { triple, zigTarget } of [target, ...triples.values()]) {
    if (zigTarget !== target.zigTarget) continue;
    const built = await findBuilt(targetFolder(folder, triple));
    if (built) return built;
  }
  return readBuilt(target.triple, targetFolder(folder, target.triple));
}
