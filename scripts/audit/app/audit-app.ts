// Audits an installed app: which of its packages run on a place. Only files that a place loads are read.
import { basename, relative } from "node:path";
import type { Place } from "../place.ts";
import { findLibraries, type Linked } from "./closure.ts";
import { definedNames, type Inspected } from "./inspected.ts";
import { inspectFiles, type InspectOptions } from "./inspect-files.ts";
import type { NativeFile } from "./tree/package.ts";
import { readTree } from "./tree/read-tree.ts";
import type { AppReport, PackageVerdict } from "./report.ts";
import { findLoaded, findNativePackages, type Loaded, type Lock } from "./subjects.ts";
import { viewOf } from "./loaders/view.ts";
import { findProblems, toVerdict, type Audience, type FeatureNames, type LoadedFile } from "./verdict.ts";

export type AuditAppOptions = InspectOptions & {
  featureNames: FeatureNames;
  /** The name of an architecture in Node and npm. */
  npmCpu: (arch: string) => string;
  audience?: Audience;
  /** Of an app that was fetched. */
  lock?: Lock;
};

/** Audits the app in a folder. */
export async function auditApp(folder: string, places: Place[], options: AuditAppOptions): Promise<AppReport> {
  const tree = await readTree(folder);
  const natives = findNativePackages(tree);
  const views = places.map((place) => viewOf(place, options.npmCpu));
  const loads = natives.map((native) => views.map((view) => findLoaded(native, view, options.lock)));
  const files = [...tree.packages.values()].flatMap(({ addons, programs, libraries }) => [...addons, ...programs, ...libraries]);
  const opened = await openFiles(loads.flat(), files, tree.root, options);
  const packages = natives.map(({ pkg, dependents, isOptional }, index): PackageVerdict => {
    const kind = { compiles: pkg.hasBindingGyp || pkg.installScript !== "", variants: true };
    return {
      name: pkg.name,
      version: pkg.version,
      folder: relative(tree.root, pkg.folder),
      optional: isOptional,
      dependents: [...new Set(dependents.map(({ name }) => name))].toSorted(),
      ...(pkg.bugs === undefined ? {} : { bugs: pkg.bugs }),
      places: places.map((place, at) => {
        const loaded = loads[index]![at]!;
        const ofPackage = loadedFiles(loaded, kind, opened, tree.root);
        const problems = findProblems(ofPackage, place, options.featureNames, options.audience);
        return toVerdict(place, loaded, ofPackage, problems, isOptional);
      }),
    };
  });
  const neverLoaded = files.filter(({ path }) => !opened.inspected.has(path)).length;
  const unreadable = tree.unreadable.map(({ path, reason }) => ({ path: relative(tree.root, path), reason }));
  return { schema: 1, app: tree.root, packages, neverLoaded, unreadable };
}

/** Files that are loaded, as they do not depend on the place. */
export type OpenedFiles = {
  inspected: Map<string, Inspected>;
  /** The libraries that each loaded file brings along, and the undefined symbols of it and of them that these define. */
  brought: Map<string, { libraries: string[]; defined: Set<string> }>;
};

/** Inspects the loaded files, then the libraries that they bring along out of `files`, until there are no more. */
export async function openFiles(
  loads: Pick<Loaded, "addons" | "programs">[],
  files: NativeFile[],
  root: string,
  options: InspectOptions,
): Promise<OpenedFiles> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const entries = [...new Set(loads.flatMap(({ addons, programs }) => [...addons, ...programs]))];
  const inspected = await inspectFiles(entries, options);
  for (;;) {
    const wanted = new Set<NativeFile>();
    const want = (library: string) => {
      const file = byPath.get(library);
      if (file) wanted.add(file);
    };
    const libraries = new Map(entries.map(({ path }) => [path, librariesOf(path, inspected, root, want)]));
    if (wanted.size === 0) return { inspected, brought: await addDefined(libraries, inspected) };
    for (const [path, one] of await inspectFiles([...wanted], options)) inspected.set(path, one);
  }
}

/** The libraries of a file; `want` is called for each that is not inspected yet. */
function librariesOf(path: string, inspected: Map<string, Inspected>, root: string, want: (library: string) => void): string[] {
  const arch = inspected.get(path)?.subjects[0]?.facts.arch;
  return findLibraries(path, root, (one): Linked | undefined => {
    const found = inspected.get(one);
    if (!found) want(one);
    const subject = found?.subjects[0];
    // ld.so passes over a file for another architecture.
    return subject && subject.facts.arch === arch
      ? { needed: subject.facts.needed, runpath: subject.runpath, rpath: subject.rpath }
      : undefined;
  });
}

/** Adds the symbols that the libraries define; each library whose names matter is read once. */
async function addDefined(all: Map<string, string[]>, inspected: Map<string, Inspected>): Promise<OpenedFiles["brought"]> {
  const names = new Map<string, Set<string>>();
  const brought: OpenedFiles["brought"] = new Map();
  for (const [path, libraries] of all) {
    const open = new Set([path, ...libraries].flatMap((one) => inspected.get(one)?.subjects[0]?.nodeApi.unknown ?? []));
    const defined = new Set<string>();
    for (const library of open.size === 0 ? [] : libraries) {
      const own = names.get(library) ?? (await definedNames(library));
      names.set(library, own);
      for (const name of open.intersection(own)) defined.add(name);
    }
    brought.set(path, { libraries, defined });
  }
  return brought;
}

/**
 * The files of one package and the libraries that they bring along, with what these settle. `compiles`: its installation compiles;
 * `variants`: its addons may be several for one purpose.
 */
export function loadedFiles(
  { addons, programs }: Pick<Loaded, "addons" | "programs">,
  { compiles, variants }: { compiles: boolean; variants: boolean },
  { inspected, brought: all }: OpenedFiles,
  root: string,
): LoadedFile[] {
  const files = new Map<string, LoadedFile>();
  for (const file of [...addons, ...programs]) {
    const { libraries, defined } = all.get(file.path)!;
    const shared = {
      entry: variants ? relative(root, file.path) : "",
      isBuilt: compiles && /^build\/(Release|Debug)\//.test(file.inside),
      isProgram: programs.includes(file),
      brought: new Set(libraries.map((library) => basename(library))),
      defined,
    };
    for (const one of [file.path, ...libraries])
      if (!files.has(one)) files.set(one, { ...shared, path: relative(root, one), inspected: inspected.get(one)! });
  }
  return [...files.values()];
}
