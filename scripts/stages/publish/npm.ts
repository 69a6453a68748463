// dist/npm -> npm's registry: platforms' packages first, the root package last, and nothing twice.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { reportDone } from "../../lib/reporter.ts";
import { integrityOf } from "../../lib/hash.ts";
import { readJsonFile } from "../../lib/json-file.ts";
import { packagesFolder } from "../../model/names.ts";
import type { PackageIndex, PackedPackage } from "../../model/report/package-index.ts";
import type { Project } from "../../model/project.ts";
import type { Publication } from "../../model/report/publication.ts";
import { publishedIntegrity, publishPackage } from "../../tools/packages/npm.ts";
import type { Context } from "../context.ts";

/**
 * Compares the packed packages with those of the registry, and returns the publication of the others; `options` are npm's. It is an error
 * if the registry has one of them with other content.
 */
export async function checkNpm(project: Project, options: string[], context: Context): Promise<Publication> {
  const { reporter, signal } = context;
  const folder = packagesFolder(project.folder);
  const packages = await readPackages(project, folder);
  const unpublished: PackedPackage[] = [];
  for (const packed of packages) {
    const spec = `${packed.name}@${packed.version}`;
    const published = await publishedIntegrity(spec, options, signal);
    if (published === undefined) unpublished.push(packed);
    else if (published === packed.integrity) reporter.skipped("publish", spec, "already published");
    else throw versionTaken(spec, published, packed, folder);
  }
  return async () => {
    for (const { name, version, file } of unpublished) {
      await reportDone(reporter, "publish", `${name}@${version}`, () => publishPackage(join(folder, file), options, signal));
    }
  };
}

/** The packed packages; throws if a file is not the one of the index. */
async function readPackages(project: Project, folder: string): Promise<PackedPackage[]> {
  const index = (await readJsonFile(join(folder, "packages.json"))) as PackageIndex | undefined;
  if (!index)
    throw new BoardkitError("nothing is packed", { code: "NOT_PACKED", exit: "usage", place: folder, fix: "run: boardkit package" });
  const fix = "pack again: boardkit package";
  const root = index.packages.at(-1);
  if (root?.name !== project.name || root.version !== project.version) {
    const text = `${root?.name} ${root?.version} is packed, but package.json has ${project.name} ${project.version}`;
    throw new BoardkitError(text, { code: "VERSION_MISMATCH", exit: "usage", place: folder, fix });
  }
  for (const { file, integrity } of index.packages) {
    const bytes = await readFile(join(folder, file));
    if (integrity !== integrityOf(bytes))
      throw new BoardkitError(`${file} has changed since it was packed`, { code: "PACKAGE_CHANGED", place: join(folder, file), fix });
  }
  return index.packages;
}

function versionTaken(spec: string, published: string, { file, integrity }: PackedPackage, folder: string): BoardkitError {
  return new BoardkitError(`the registry has ${spec} with other content: ${published}, and the packed file has ${integrity}`, {
    code: "VERSION_TAKEN",
    place: join(folder, file),
    fix: "a version is published once: raise the version in package.json, then boardkit build, package and publish",
  });
}
