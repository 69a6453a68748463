// dist/<target> -> dist/npm: a package for each platform and the root package that chooses among them, packed, with an index.
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "fflate";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes, integrityOf } from "../../lib/hash.ts";
import { writeJsonFile } from "../../lib/json-file.ts";
import { fillFolder } from "../../lib/paths.ts";
import { distFolder, packagesFolder, platformPackage, tarballFile } from "../../model/names.ts";
import type { PackageIndex, PackedPackage } from "../../model/report/package-index.ts";
import type { Project } from "../../model/project.ts";
import { otherBuilds } from "../../tools/rust/napi.ts";
import { packFolders } from "../../tools/packages/npm.ts";
import { prepareProject } from "../build/prepare.ts";
import type { Context } from "../context.ts";
import { requestedTargets } from "../manifest.ts";
import type { Stage } from "../stage.ts";
import { collectPackables, type Packable } from "./collect.ts";
import { platformManifest, platformReadme } from "./platform.ts";
import { copyLegal, stageRoot } from "./root.ts";
import { buildOf } from "./table.ts";

export const packages = {
  name: "package",
  tools: () => ({ programs: ["npm"] }),
  run: async ({ project, request }, context) => {
    await prepareProject(project, context);
    const started = performance.now();
    const triples = await requestedTargets(distFolder(project.folder), request.targets);
    const index = await packProject(project, triples, request.untested ?? false, context);
    const note = `${index.packages.length} packages in ${packagesFolder(project.folder)}`;
    context.reporter.done("package", project.name, (performance.now() - started) / 1000, note);
    return { packages: index };
  },
} as const satisfies Stage;

/** Packs targets of a project; the folder of the packages appears complete or not at all. */
export async function packProject(project: Project, triples: string[], untested: boolean, context: Context): Promise<PackageIndex> {
  requireName(project);
  const packables = await collectPackables(project, distFolder(project.folder), triples, untested);
  return fillFolder(packagesFolder(project.folder), async (folder) => {
    const index: PackageIndex = { schema: 1, packages: await packInto(folder, project, packables, "with root", context) };
    await writeJsonFile(join(folder, "packages.json"), index);
    return index;
  });
}

/** Packs platforms' packages, and the root package that chooses among them, into a folder. */
export async function packInto(
  folder: string,
  project: Project,
  packables: Packable[],
  extent: "platforms only" | "with root",
  context: Context,
): Promise<PackedPackage[]> {
  const staging = join(folder, ".staging");
  const folders = packables.map(({ manifest }) => join(staging, manifest.target.triple));
  for (const [index, packable] of packables.entries()) await stagePlatform(project, packable, folders[index] ?? "");
  // Platforms first, in the order of publication: the root package depends on them.
  const named = packables.map((packable) => namePlatform(project, packable));
  if (extent === "with root") {
    const root = join(staging, "root");
    const builds = packables.map(({ manifest }) => buildOf(project, manifest));
    const others = await otherBuilds(project, [...new Set(packables.flatMap(({ manifest }) => manifest.project.others))]);
    await mkdir(root, { recursive: true });
    const built = packables.map(({ path }) => dirname(path));
    await stageRoot(project, [...builds, ...others], built, root, context.signal);
    folders.push(root);
    named.push({ name: project.name, version: project.version });
  }
  await setModes(staging);
  await packFolders(folders, folder, context.signal);
  await rm(staging, { recursive: true });
  return Promise.all(named.map((item) => finishPackage(item, folder)));
}

async function stagePlatform(project: Project, packable: Packable, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(packable.path, join(folder, packable.manifest.artifact.file));
  await writeFile(join(folder, "package.json"), `${JSON.stringify(platformManifest(project, packable), null, 2)}\n`);
  await writeFile(join(folder, "README.md"), platformReadme(project, packable));
  await copyLegal(project, folder);
}

/** Sets the same modes on every machine, whatever the umask and the modes in dist/. */
async function setModes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isFile() && !entry.name.endsWith(".node") && ((await stat(path)).mode & 0o100) !== 0;
    await chmod(path, entry.isDirectory() || isProgram ? 0o755 : 0o644);
  }
}

type Named = Pick<PackedPackage, "name" | "version" | "target" | "byName">;

function namePlatform(project: Project, { manifest: { target } }: Packable): Named {
  const name = platformPackage(project.packageName, target.napiPlatform);
  return { name, version: project.version, target: target.triple, ...(target.npm.byName ? { byName: true } : {}) };
}

/** Compresses a packed package again, with fflate: the output of zlib depends on the CPU. */
async function finishPackage(named: Named, folder: string): Promise<PackedPackage> {
  const file = tarballFile(named.name, named.version);
  const bytes = gzipSync(gunzipSync(await readFile(join(folder, file))), { level: 9, mtime: 0 });
  await writeFile(join(folder, file), bytes);
  return { ...named, file, bytes: bytes.length, sha256: hashBytes(bytes), integrity: integrityOf(bytes) };
}

function requireName({ packageJson, addonFolder }: Project): void {
  const missing = ["name", "version"].filter((key) => !packageJson[key]);
  if (missing.length === 0) return;
  throw new BoardkitError(`package.json has no ${missing.join(" and no ")}`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(addonFolder, "package.json"),
    fix: `add ${missing.map((key) => `"${key}"`).join(" and ")}`,
  });
}
