// dist/npm and dist/pypi -> dist/release: the files of a release in one folder: npm packages, packages of Debian and OpenWrt, wheels and
// sdist, the SBOM, the provenance, and the hashes of all.
import { copyFile, mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { hashFile, sizeAndHash } from "../../lib/hash.ts";
import { fillFolder, packageRoot } from "../../lib/paths.ts";
import {
  packagesFolder,
  PROVENANCE_STATEMENT,
  pythonPackagesFolder,
  releaseFolder,
  subjectsFile,
  SUMS,
  targetFolder,
} from "../../model/names.ts";
import type { PackageIndex, PackedPackage, PythonIndex, PythonPackage } from "../../model/report/package-index.ts";
import { githubRepository, type Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import { runOrFail } from "../../tools/exec.ts";
import { packSystem } from "../../tools/packages/nfpm.ts";
import { listInstalled } from "../../tools/packages/npm.ts";
import type { Context } from "../context.ts";
import type { AuditedManifest } from "../../model/report/manifest.ts";
import type { ReleaseFile } from "../../model/report/release.ts";
import type { WheelManifest } from "../../model/report/wheel-manifest.ts";
import { readBuilt } from "../manifest.ts";
import { fetchOptional } from "../set-up/fetch.ts";
import type { Stage } from "../stage.ts";
import { readWheelManifest } from "../wheel/manifest.ts";
import { mergeCrates } from "./crates.ts";
import { provided } from "../../tools/store/store.ts";
import { sbomText } from "./sbom.ts";
import { statementText, subjectsOf, type StatementInput } from "./statement.ts";
import { sumsText } from "./sums.ts";
import { systemPackages, type Tree } from "./system.ts";

export type ReleaseOptions = {
  /** SOURCE_DATE_EPOCH: the time in the files, in seconds since 1970. */
  epoch?: number | undefined;
};

/** The time that npm sets on every packed file, so that archives are reproducible: 1985-10-26. */
const NPM_EPOCH = 499_162_500;
const SBOM = "sbom.cdx.json";

export const release = {
  name: "release",
  tools: () => ({ programs: ["npm", "tar"] }),
  run: async (state, context) => {
    const { project, request } = state;
    const started = performance.now();
    const files = await writeRelease(project, state, { epoch: request.epoch }, context);
    const note = `${files.length} files in ${releaseFolder(project.folder)}`;
    context.reporter.done("release", project.name, (performance.now() - started) / 1000, note);
    return { release: files };
  },
} as const satisfies Stage;

/** Writes the release of the packed packages; its folder appears complete or not at all. Beside it is the list of what CI attests. */
export async function writeRelease(
  project: Project,
  packed: { packages?: PackageIndex; python?: PythonIndex },
  options: ReleaseOptions,
  context: Context,
): Promise<ReleaseFile[]> {
  const [packages, python] = [packed.packages?.packages ?? [], packed.python?.packages ?? []];
  const addons = await Promise.all(packages.flatMap(({ target }) => (target === undefined ? [] : [manifestOf(project, target)])));
  const wheels = await Promise.all(python.flatMap(({ target }) => (target === undefined ? [] : [wheelManifestOf(project, target)])));
  const sdist = python.find(({ target }) => target === undefined);
  const written = await fillFolder(releaseFolder(project.folder), async (folder) => {
    for (const { file } of packages) await copyFile(join(packagesFolder(project.folder), file), join(folder, file));
    for (const { file } of python) await copyFile(join(pythonPackagesFolder(project.folder), file), join(folder, file));
    await writeFile(join(folder, SBOM), await sbomOf(project, packages, python, { addons, wheels }, options, context));
    if (packages.length > 0) await writeSystemPackages(project, packages, folder, options, context);
    const names = (await readdir(folder)).toSorted();
    const files = await Promise.all(names.map((file) => hashOf(folder, file)));
    await writeFile(join(folder, PROVENANCE_STATEMENT), await provenanceOf(project, { manifests: addons, wheels, sdist, files }));
    const all = [...files, await hashOf(folder, PROVENANCE_STATEMENT)].toSorted((a, b) => (a.file < b.file ? -1 : 1));
    await writeFile(join(folder, SUMS), sumsText(all));
    return all;
  });
  const sums = { file: SUMS, sha256: await hashFile(join(releaseFolder(project.folder), SUMS)) };
  await writeFile(subjectsFile(project.folder), sumsText(subjectsOf({ files: [...written, sums], manifests: addons })));
  return written;
}

async function hashOf(folder: string, file: string): Promise<ReleaseFile> {
  return { file, ...(await sizeAndHash(join(folder, file))) };
}

async function provenanceOf(
  { name, version, packageJson }: Project,
  built: Pick<StatementInput, "manifests" | "wheels" | "sdist" | "files">,
): Promise<string> {
  return statementText({ name, version, repository: githubRepository(packageJson), boardkit: await ownVersion(), ...built });
}

async function ownVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

async function sbomOf(
  project: Project,
  packages: PackedPackage[],
  python: PythonPackage[],
  { addons, wheels }: { addons: AuditedManifest[]; wheels: WheelManifest[] },
  { epoch }: ReleaseOptions,
  context: Context,
): Promise<string> {
  const { addonFolder, name, packageJson } = project;
  const root = packages.find((packed) => packed.name === name && packed.target === undefined);
  const platforms = packages.filter(({ target }) => target !== undefined);
  const hasDependencies = [packageJson.dependencies, packageJson.optionalDependencies].some((field) => Object.keys(field ?? {}).length > 0);
  return sbomText({
    root,
    packageJson,
    platforms: platforms.map((packed, index) => ({ ...packed, crate: addons[index]?.crates[0]?.id })),
    python: python.map((packed) => ({ ...packed, crate: wheels.find(({ target }) => target === packed.target)?.crates[0]?.id })),
    crates: mergeCrates([...addons, ...wheels.map(({ target, crates }) => ({ target: { triple: target }, crates }))]),
    dependencies: root && hasDependencies ? await listInstalled(addonFolder, name, context.signal) : [],
    builders: [...addons, ...wheels].map(({ builder }) => builder),
    boardkit: await ownVersion(),
    epoch,
  });
}

async function writeSystemPackages(
  project: Project,
  packages: PackedPackage[],
  folder: string,
  { epoch = NPM_EPOCH }: ReleaseOptions,
  context: Context,
): Promise<void> {
  const skip = (subject: string, reason: string) => context.reporter.skipped("release", subject, reason);
  const all = "packages of Debian and OpenWrt";
  const dependencies = Object.keys(project.packageJson.dependencies ?? {});
  if (dependencies.length > 0)
    return skip(all, `they would have to include the dependencies of ${project.name}: ${dependencies.join(", ")}`);
  const obstacle = await fetchOptional("nfpm", context);
  if (obstacle) return skip(all, `nfpm is not available: ${obstacle}`);
  const nfpm = provided(context.cache, getToolchain(context.registry, "nfpm"), "nfpm");
  const root = packages.find(({ name }) => name === project.name);
  const staging = join(folder, ".staging");
  for (const platform of packages) {
    if (!platform.target || !root) continue;
    const tree = join(staging, "tree");
    await unpack(join(folder, root.file), tree, context.signal);
    await unpack(join(folder, platform.file), join(tree, "node_modules", platform.name), context.signal);
    await setTimes(tree, epoch);
    const contents = await readTree(tree);
    const { target, audit } = await manifestOf(project, platform.target);
    for (const item of systemPackages(project, target, audit.elf.glibc, contents)) {
      if ("skipped" in item) skip("a package of OpenWrt", item.skipped);
      else {
        const path = join(staging, item.file);
        await packSystem(nfpm, item.format, item.config, path, epoch, context.signal);
        await copyFile(path, join(folder, item.file));
      }
    }
    await rm(staging, { recursive: true });
  }
}

async function unpack(file: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  await runOrFail(
    { argv: ["tar", "-xzf", file, "-C", folder, "--strip-components=1", "--no-same-owner", "--preserve-permissions"], signal },
    "UNPACK_FAILED",
  );
}

/** Sets the same time on all files, since an apk has it; npm's packages set the modes. nfpm sets time and mode of folders. */
async function setTimes(folder: string, epoch: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), epoch, epoch);
}

async function readTree(folder: string): Promise<Tree> {
  const entries = (await readdir(folder, { withFileTypes: true, recursive: true })).map((entry) => ({
    path: relative(folder, join(entry.parentPath, entry.name)),
    isFolder: entry.isDirectory(),
  }));
  return { folder, entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function manifestOf({ folder }: Project, triple: string): Promise<AuditedManifest> {
  return (await readBuilt(triple, targetFolder(folder, triple))).manifest;
}

async function wheelManifestOf({ folder }: Project, triple: string): Promise<WheelManifest> {
  const manifest = await readWheelManifest(targetFolder(folder, triple));
  if (!manifest) throw new TypeError(`the wheel of ${triple} is packed, but has no manifest`);
  return manifest;
}
