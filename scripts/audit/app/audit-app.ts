// Audits an installed app: which of its packages run on a place. Only files that a place loads are read.
import { basename, relative } from "node:path";
import type { Place } from "../place.ts";
import { findClosure, type Closure, type Linked } from "./closure.ts";
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
  const byPath = new Map(files.map((file) => [file.path, file]));
  const inspected = await inspectAll(loads.flat(), byPath, tree.root, options);
  const packages: PackageVerdict[] = [];
  for (const [index, native] of natives.entries()) {
    const { pkg, dependents, isOptional } = native;
    const verdicts = [];
    for (const [at, place] of places.entries()) {
      const loaded = loads[index]![at]!;
      const ofPackage = await loadedFiles(
        loaded,
        { compiles: pkg.hasBindingGyp || pkg.installScript !== "", variants: true },
        inspected,
        tree.root,
      );
      const problems = findProblems(ofPackage, place, options.featureNames, options.audience);
      verdicts.push(toVerdict(place, loaded, ofPackage, problems, isOptional));
    }
    packages.push({
      name: pkg.name,
      version: pkg.version,
      folder: relative(tree.root, pkg.folder),
      optional: isOptional,
      dependents: [...new Set(dependents.map(({ name }) => name))].toSorted(),
      ...(pkg.bugs === undefined ? {} : { bugs: pkg.bugs }),
      places: verdicts,
    });
  }
  const neverLoaded = files.filter(({ path }) => !inspected.has(path)).length;
  const unreadable = tree.unreadable.map(({ path, reason }) => ({ path: relative(tree.root, path), reason }));
  return { schema: 1, app: tree.root, packages, neverLoaded, unreadable };
}

/** Inspects the loaded files, then the libraries that they bring along, until there are no more. */
export async function inspectAll(
  loads: Pick<Loaded, "addons" | "programs">[],
  byPath: Map<string, NativeFile>,
  root: string,
  options: InspectOptions,
): Promise<Map<string, Inspected>> {
  const entries = loads.flatMap(({ addons, programs }) => [...addons, ...programs]);
  const inspected = await inspectFiles(entries, options);
  for (;;) {
    const wanted = new Set<NativeFile>();
    const want = (library: string) => {
      const file = byPath.get(library);
      if (file) wanted.add(file);
    };
    for (const { path } of entries) closureOf(path, inspected, root, want);
    if (wanted.size === 0) return inspected;
    for (const [path, one] of await inspectFiles([...wanted], options)) inspected.set(path, one);
  }
}

/** The libraries of a file; `want` is called for each that is not inspected yet. */
function closureOf(path: string, inspected: Map<string, Inspected>, root: string, want: (library: string) => void): Closure {
  const arch = inspected.get(path)?.subjects[0]?.facts.arch;
  return findClosure(path, root, (one): Linked | undefined => {
    const found = inspected.get(one);
    if (!found) want(one);
    const subject = found?.subjects[0];
    // ld.so passes over a file for another architecture.
    return subject && subject.facts.arch === arch
      ? { needed: subject.facts.needed, runpath: subject.runpath, rpath: subject.rpath }
      : undefined;
  });
}

/**
 * The files of one package and the libraries that they bring along, with what these settle. `compiles`: its installation compiles;
 * `variants`: its addons may be several for one purpose.
 */
export async function loadedFiles(
  { addons, programs }: Pick<Loaded, "addons" | "programs">,
  { compiles, variants }: { compiles: boolean; variants: boolean },
  inspected: Map<string, Inspected>,
  root: string,
): Promise<LoadedFile[]> {
  const files = new Map<string, LoadedFile>();
  for (const { path, inside } of [...addons, ...programs]) {
    const { libraries } = closureOf(path, inspected, root, () => undefined);
    const closure = [path, ...libraries];
    const brought = new Set(libraries.map((library) => basename(library)));
    const open = new Set(closure.flatMap((one) => inspected.get(one)?.subjects[0]?.nodeApi.unknown ?? []));
    const defined = open.size === 0 ? open : await definedIn(libraries, open);
    const isBuilt = /^build\/(Release|Debug)\//.test(inside) && compiles;
    const isProgram = programs.some((program) => program.path === path);
    const entry = variants ? relative(root, path) : "";
    for (const one of closure)
      if (!files.has(one))
        files.set(one, { path: relative(root, one), entry, inspected: inspected.get(one)!, isBuilt, isProgram, brought, defined });
  }
  return [...files.values()];
}

async function definedIn(libraries: string[], open: Set<string>): Promise<Set<string>> {
  const names = new Set<string>();
  for (const library of libraries) for (const name of open.intersection(await definedNames(library))) names.add(name);
  return names;
}
