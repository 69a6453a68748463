// dist/pypi -> PyPI, or another index: the wheels first, the sdist last, and nothing twice.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import { readJsonFile } from "../../lib/json-file.ts";
import { reportDone } from "../../lib/reporter.ts";
import { pythonPackagesFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import type { PythonIndex, PythonPackage } from "../../model/report/package-index.ts";
import type { Publication, PythonRegistry } from "../../model/report/publication.ts";
import { publishedFiles, uploadFiles } from "../../tools/packages/uv.ts";
import { provided } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";

/** PyPI's own addresses. */
export const PYPI: PythonRegistry = { upload: "https://upload.pypi.org/legacy/", index: "https://pypi.org/simple/" };

/**
 * Compares the packed files with those of the index, and returns the upload of the others. It is an error if the index has one of them
 * with other content. Until the sdist is there, pip takes the version before on machines whose wheel is missing.
 */
export async function checkPypi(project: Project, registry: PythonRegistry, context: Context): Promise<Publication> {
  const { cache, reporter, signal } = context;
  const folder = pythonPackagesFolder(project.folder);
  const packages = await readPackages(folder);
  const uv = provided(cache, getToolchain(context.registry, "uv"), "uv");
  const refused = refusedBy(registry, packages);
  for (const { file, notOnPypi = "" } of refused) reporter.skipped("publish", file, notOnPypi);
  const files = packages.filter((item) => !refused.includes(item)).map(({ file }) => file);
  const published = new Set(await publishedFiles(uv, folder, files, registry, signal));
  for (const file of files.filter((name) => published.has(name))) reporter.skipped("publish", file, "already published");
  const unpublished = files.filter((file) => !published.has(file));
  return async () => {
    const subject = `${unpublished.length} files to ${registry.upload}`;
    // One call for all, as each asks for a token of a trusted publisher. uv uploads sdists last.
    if (unpublished.length > 0)
      await reportDone(reporter, "publish", subject, () => uploadFiles(uv, folder, unpublished, registry, signal));
  };
}

/** The files that an index does not take because of their names: PyPI's rule, which other indexes do not have. */
export function refusedBy({ upload }: PythonRegistry, packages: PythonPackage[]): PythonPackage[] {
  return upload === PYPI.upload ? packages.filter(({ notOnPypi }) => notOnPypi !== undefined) : [];
}

/** The packed files; throws if one is not that of the index. */
async function readPackages(folder: string): Promise<PythonPackage[]> {
  const index = (await readJsonFile(join(folder, "packages.json"))) as PythonIndex | undefined;
  if (!index)
    throw new BoardkitError("no wheel is packed", { code: "NOT_PACKED", exit: "usage", place: folder, fix: "run: boardkit package" });
  for (const { file, sha256 } of index.packages) {
    if (hashBytes(await readFile(join(folder, file))) === sha256) continue;
    const fix = "pack again: boardkit package";
    throw new BoardkitError(`${file} has changed since it was packed`, { code: "PACKAGE_CHANGED", place: join(folder, file), fix });
  }
  return index.packages;
}
