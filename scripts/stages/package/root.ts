// The root package: the project's own files, with the loader among them and the platforms' packages as optional dependencies.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, posix } from "node:path";
import type { Build } from "../../target-side/loader/loader.cjs";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { NAPI_TYPES } from "../../model/names.ts";
import type { PackageJson, Project } from "../../model/project.ts";
import { listPackedFiles } from "../../tools/packages/npm.ts";
import { bindingText, exportedNames, isOfNapi, type Format } from "./binding.ts";
import { loaderTable } from "./table.ts";

const TEMPLATES = ["loader.cjs", "loader-failure.cjs", "loader.d.cts"];
const TABLE = "loader.json";
const IS_LEGAL = /^(?:licen[cs]e|notice)(?:\..*)?$/i;

/** Fills a folder with the root package; `built` are the folders of its built targets. */
export async function stageRoot(project: Project, builds: Build[], built: string[], folder: string, signal: AbortSignal): Promise<void> {
  const { addonFolder, packageJson, settings } = project;
  const loaderFolder = settings.loader ?? ".";
  const loaderFiles = [...TEMPLATES, TABLE].map((name) => posix.join(loaderFolder, name));
  const names = (await listPackedFiles(addonFolder, signal)).filter((name) => !name.endsWith(".node") && !loaderFiles.includes(name));
  const bindings: string[] = [];
  for (const name of names) {
    const path = join(addonFolder, name);
    if (/\.[cm]?js$/.test(name) && isOfNapi(await readFile(path, "utf8"))) bindings.push(name);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(path, join(folder, name));
  }
  await copyLegal(project, folder);
  const entry = packageJson.main ?? (packageJson.exports ? undefined : "index.js");
  if (typeof entry === "string" && !existsSync(join(folder, entry))) bindings.push(posix.normalize(entry));
  if (bindings.length === 0 && !settings.loader) throw uncalled(project);
  const written = bindings.length > 0 ? await writeBindings(project, bindings, built, folder, loaderFolder) : [];
  await writeLoader(project, builds, folder);
  const manifest = rootManifest(packageJson, builds, project.version, [...loaderFiles, ...written]);
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Writes the loader and its table into the folder of a package. */
export async function writeLoader(project: Project, builds: Build[], packageFolder: string): Promise<void> {
  const { loader = "." } = project.settings;
  const folder = join(packageFolder, loader);
  await mkdir(folder, { recursive: true });
  for (const name of TEMPLATES) await copyFile(join(packageRoot, "scripts/target-side/loader", name), join(folder, name));
  const table = loaderTable(project, builds, posix.relative(loader, ".") || ".");
  await writeFile(join(folder, TABLE), `${JSON.stringify(table, null, 2)}\n`);
}

/** The package.json of the root package. */
function rootManifest(packageJson: PackageJson, builds: Build[], version: string, added: string[]): PackageJson {
  const files = packageJson.files as string[] | undefined;
  const isCovered = (path: string) => (files ?? []).some((entry) => path === entry || path.startsWith(`${entry.replace(/\/$/, "")}/`));
  const merged = (key: string, own: [string, unknown][]) => {
    const all = Object.entries({ ...(packageJson[key] as Record<string, unknown>), ...Object.fromEntries(own) });
    return all.length > 0 ? { [key]: Object.fromEntries(all.toSorted(([left], [right]) => (left < right ? -1 : 1))) } : {};
  };
  const [byName, chosen] = [builds.filter((build) => build.byName), builds.filter((build) => !build.byName)];
  return {
    ...packageJson,
    ...(files ? { files: [...files, ...added.filter((path) => !isCovered(path))] } : {}),
    ...merged(
      "optionalDependencies",
      chosen.map((build) => [build.package, version]),
    ),
    // Package managers do not install them, and strict ones let the loader find them if the user has.
    ...merged(
      "peerDependencies",
      byName.map((build) => [build.package, version]),
    ),
    ...merged(
      "peerDependenciesMeta",
      byName.map((build) => [build.package, { optional: true }]),
    ),
  };
}

async function writeBindings(
  project: Project,
  bindings: string[],
  built: string[],
  folder: string,
  loaderFolder: string,
): Promise<string[]> {
  const types = await findTypes(project, built, folder);
  const names = exportedNames(await readFile(join(folder, types), "utf8"));
  for (const name of bindings) {
    const loader = posix.relative(posix.dirname(name), posix.join(loaderFolder, "loader.cjs"));
    const text = bindingText(formatOf(name, project.packageJson), names, loader.startsWith(".") ? loader : `./${loader}`);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return [...bindings, types];
}

/** Type definitions of the package: its own, else those of a build. */
async function findTypes({ name, addonFolder, packageJson }: Project, built: string[], folder: string): Promise<string> {
  const types = posix.normalize(typeof packageJson.types === "string" ? packageJson.types : NAPI_TYPES);
  if (existsSync(join(folder, types))) return types;
  const generated = built.map((dist) => join(dist, NAPI_TYPES)).find(existsSync);
  if (!generated) {
    throw new BoardkitError(`${name} has no type definitions, which name the exports of its addon`, {
      code: "NO_TYPES",
      exit: "usage",
      place: addonFolder,
      fix: `enable the feature type-def of napi-derive, and run boardkit build --force; or let npm pack a ${NAPI_TYPES}`,
    });
  }
  await mkdir(dirname(join(folder, types)), { recursive: true });
  await copyFile(generated, join(folder, types));
  return types;
}

function formatOf(name: string, { type }: PackageJson): Format {
  const extension = extname(name);
  return extension === ".mjs" || (extension === ".js" && type === "module") ? "esm" : "cjs";
}

/** Copies the licence of the package, else that of the project. */
export async function copyLegal({ folder: project, addonFolder }: Project, folder: string): Promise<void> {
  const own = await legalFiles(addonFolder);
  for (const path of own.length > 0 ? own : await legalFiles(project)) await copyFile(path, join(folder, basename(path)));
}

async function legalFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => IS_LEGAL.test(name)).map((name) => join(folder, name));
}

function uncalled({ name, addonFolder }: Project): BoardkitError {
  return new BoardkitError(`nothing in ${name} calls the loader: it has its own code, and no module that napi-rs has written`, {
    code: "LOADER_UNCALLED",
    exit: "usage",
    place: join(addonFolder, "package.json"),
    fix: 'name a folder for it with "boardkit": {"loader": "<folder>"}, and let your code call require("./<folder>/loader.cjs").load()',
  });
}
