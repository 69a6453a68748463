// dist/<target>/wheel -> dist/pypi: the wheels, and the sdist that maturin makes, with an index.
import { copyFile, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { readSdistName, readWheelName } from "../../audit/wheel/tags.ts";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { sizeAndHash } from "../../lib/hash.ts";
import { writeJsonFile } from "../../lib/json-file.ts";
import { fillFolder } from "../../lib/paths.ts";
import { distFolder, pythonPackagesFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import type { PythonIndex, PythonPackage } from "../../model/report/package-index.ts";
import { readCommit } from "../../tools/git.ts";
import { makeSdist } from "../../tools/rust/maturin.ts";
import { provided } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import type { Stage } from "../stage.ts";
import { pythonFolder } from "../wheel/plan.ts";
import { collectWheels, wheelTargets, type BuiltWheel } from "./collect.ts";

export const pypi = {
  name: "pypi",
  tools: () => ({ programs: ["cargo"], items: ["maturin"] }),
  run: async ({ project, request }, context) => {
    const started = performance.now();
    const python = await packPython(project, request.targets, context);
    const note = `${python.packages.length} files in ${pythonPackagesFolder(project.folder)}`;
    context.reporter.done("pypi", project.name, (performance.now() - started) / 1000, note);
    return { python };
  },
} as const satisfies Stage;

/** Packs the wheels of targets and the sdist; the folder appears complete or not at all. */
async function packPython(project: Project, patterns: string[], context: Context): Promise<PythonIndex> {
  const dist = distFolder(project.folder);
  const { wheels, missing } = await collectWheels(project, dist, wheelTargets(context.registry, project, patterns));
  if (missing.length > 0) {
    throw new BoardkitError(
      `no wheel of ${project.name} ${project.version} is built for ${missing.map(({ triple }) => triple).join(", ")}`,
      {
        code: "NOT_BUILT",
        exit: "usage",
        place: dist,
        fix: `run: boardkit build --binding python ${missing.map(({ triple }) => `--target ${triple}`).join(" ")}`,
      },
    );
  }
  return fillFolder(pythonPackagesFolder(project.folder), async (folder) => {
    const sdist = await writeSdist(project, folder, context);
    const packages: PythonPackage[] = [];
    for (const wheel of wheels) packages.push(await addWheel(wheel, folder, sdist));
    const index: PythonIndex = { schema: 1, packages: [...packages, sdist] };
    await writeJsonFile(join(folder, "packages.json"), index);
    return index;
  });
}

/** Makes the sdist of a project in a folder. */
export async function writeSdist(project: Project, folder: string, { cache, registry, signal }: Context): Promise<PythonPackage> {
  const item = getToolchain(registry, "maturin");
  const maturin = provided(cache, item, "maturin");
  const out = join(folder, ".sdist");
  const log = join(distFolder(project.folder), "logs/sdist.log");
  const { path } = await makeSdist({ argv: [maturin, "sdist", "--out", out], cwd: pythonFolder(project), log, signal }, out);
  const file = basename(path);
  await refuseOutput(project, path);
  await copyFile(path, join(folder, file));
  await rm(out, { recursive: true });
  const commit = await readCommit(project.folder, signal);
  const made = { tools: `${item.id} ${item.version}`, ...(commit ? { commit } : {}) };
  return { ...readSdistName(file), file, ...(await sizeAndHash(join(folder, file))), made };
}

/** Throws if an sdist has build output: cargo leaves out only what git ignores and what Cargo.toml excludes. */
async function refuseOutput({ folder }: Project, path: string): Promise<void> {
  const files = await readArchive(await readFile(path), path, () => true);
  const found = files.find(({ name }) => /\/dist\/(?:npm|pypi|release|logs|\w+-unknown-linux-\w+)\//.test(name));
  if (!found) return;
  throw new BoardkitError(`the sdist would contain build output: ${found.name}`, {
    code: "SDIST_UNFIT",
    exit: "usage",
    place: folder,
    fix: 'let git ignore dist/, or add exclude = ["/dist"] to [package] in Cargo.toml',
  });
}

async function addWheel({ target, path }: BuiltWheel, folder: string, sdist: PythonPackage): Promise<PythonPackage> {
  const file = basename(path);
  const { name, version } = readWheelName(file);
  if (version !== sdist.version) {
    throw new BoardkitError(`the wheel of ${target.triple} is ${name} ${version}, but the source is ${sdist.name} ${sdist.version}`, {
      code: "VERSION_MISMATCH",
      exit: "usage",
      place: path,
      fix: `boardkit build --binding python --target ${target.triple}`,
    });
  }
  await copyFile(path, join(folder, file));
  const notOnPypi = target.wheel?.notOnPypi;
  return { name, version, file, ...(await sizeAndHash(path)), target: target.triple, ...(notOnPypi ? { notOnPypi } : {}) };
}
