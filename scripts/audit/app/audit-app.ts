// Audits an installed app: which of its packages run on a place. Only files that a place loads are read.
import { basename, relative } from "node:path";
import type { Place } from "../place.ts";
import type { InspectOptions } from "./inspect-files.ts";
import { openFiles, type OpenedFiles } from "./open-files.ts";
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
