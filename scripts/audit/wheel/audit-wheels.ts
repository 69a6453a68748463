// Audits unpacked wheels: which of them run on a place. Python may import any extension module of a wheel, so all of them count, each with
// the libraries that it finds by RPATH, such as those of numpy.libs.
import { loadedFiles } from "../app/audit-app.ts";
import type { InspectOptions } from "../app/inspect-files.ts";
import { openFiles } from "../app/open-files.ts";
import type { NativeFile } from "../app/tree/package.ts";
import type { AppProblem, AppReport, PackageVerdict } from "../app/report.ts";
import { findProblems, toVerdict, type Audience, type FeatureNames } from "../app/verdict.ts";
import type { Place } from "../place.ts";
import { readWheelName } from "./tags.ts";

/** A wheel in the folder of all wheels. */
export type UnpackedWheel = {
  /** Its file name. */
  file: string;
  modules: NativeFile[];
  programs: NativeFile[];
  /** Libraries that are loaded only if a module needs them. */
  libraries: NativeFile[];
  bugs?: string;
};

/** A package that pip does not install from a wheel, with the reason. */
export type Unwheeled = { name: string; version: string; problem: AppProblem };

/** Audits the wheels in a folder. */
export async function auditWheels(
  root: string,
  wheels: UnpackedWheel[],
  unwheeled: Unwheeled[],
  places: Place[],
  options: InspectOptions & { featureNames: FeatureNames; audience?: Audience },
): Promise<AppReport> {
  const loads = wheels.map(({ modules, programs }) => ({ addons: modules, programs }));
  const files = wheels.flatMap((wheel) => [...wheel.modules, ...wheel.libraries]);
  const opened = await openFiles(loads, files, root, options);
  const packages: PackageVerdict[] = [];
  for (const [index, { file, modules, programs, bugs }] of wheels.entries()) {
    const { name, version } = readWheelName(file);
    const reasons = unwheeled.filter((one) => one.name === name).map(({ problem }) => problem);
    if (modules.length + programs.length + reasons.length === 0) continue;
    const loaded = loadedFiles(loads[index]!, { compiles: false, variants: false }, opened, root);
    const verdictOn = (place: Place) =>
      toVerdict(
        place,
        { way: `the wheel ${file}` },
        loaded,
        [...reasons, ...findProblems(loaded, place, options.featureNames, options.audience)],
        false,
      );
    packages.push({ ...plain(name, version), ...(bugs === undefined ? {} : { bugs }), places: places.map(verdictOn) });
  }
  const found = new Set(packages.map(({ name }) => name));
  for (const { name, version, problem } of unwheeled.filter((one) => !found.has(one.name)))
    packages.push({ ...plain(name, version), places: places.map((place) => toVerdict(place, { way: "" }, [], [problem], false)) });
  return { schema: 1, app: root, fetched: true, packages, neverLoaded: 0, unreadable: [] };
}

function plain(name: string, version: string): Omit<PackageVerdict, "places"> {
  return { name, version, folder: "", optional: false, dependents: [] };
}
