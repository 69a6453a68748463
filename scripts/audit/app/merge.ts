// One report from the reports about the trees that were fetched for different systems. Pure.
import type { AppReport, PackageVerdict, PlaceVerdict } from "./report.ts";

/**
 * Merges reports of the same app; the verdicts of each package are in the order of `places`, all places of the reports. npm installs the
 * same versions everywhere, or leaves a package out; pip chooses a version for each system.
 */
export function mergeReports(app: string, reports: AppReport[], places: string[], manager: "npm" | "pip" = "npm"): AppReport {
  const byName = Map.groupBy(
    reports.flatMap(({ packages }) => packages),
    ({ name, version }) => (manager === "npm" ? `${name}@${version}` : name),
  );
  const packages = [...byName.values()].map((found) => mergePackage(found, places, manager === "npm" ? leftOut : notNeeded));
  const unreadable = new Map(reports.flatMap((report) => report.unreadable.map((one) => [`${one.path} ${one.reason}`, one])));
  return {
    schema: 1,
    app,
    fetched: true,
    packages: packages.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    neverLoaded: reports.reduce((sum, { neverLoaded }) => sum + neverLoaded, 0),
    unreadable: [...unreadable.values()],
  };
}

function mergePackage(found: PackageVerdict[], places: string[], absent: (place: string) => PlaceVerdict): PackageVerdict {
  const verdicts = Map.groupBy(
    found.flatMap((one) => one.places),
    ({ place }) => place,
  );
  return {
    ...found[0]!,
    version: [...new Set(found.map(({ version }) => version).filter((one) => one !== ""))].join(", "),
    optional: found.every(({ optional }) => optional),
    dependents: [...new Set(found.flatMap(({ dependents }) => dependents))].toSorted(),
    places: places.map((place) => worst(verdicts.get(place)) ?? absent(place)),
  };
}

/** A tree may have a package in several folders. */
function worst(verdicts: PlaceVerdict[] | undefined): PlaceVerdict | undefined {
  const order: PlaceVerdict["verdict"][] = ["fails", "warning", "runs"];
  return verdicts?.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))[0];
}

/** All trees come from one lockfile: a package that one of them lacks is optional, and its os, cpu or libc leaves it out there. */
function leftOut(place: string): PlaceVerdict {
  const text = `is left out at installation on ${place}; the packages that need it work without it`;
  return { place, verdict: "warning", files: [], problems: [{ severity: "warning", text }] };
}

/** The version of another package that pip chooses there does not need it, or its wheel has no native parts. */
function notNeeded(place: string): PlaceVerdict {
  return { place, verdict: "runs", files: [], problems: [] };
}

/** A package that the package manager refuses to install in spite of a need for it, with its fields os, cpu and libc as text. */
type Refused = { name: string; version: string; wanted: string };

/** Adds what the package manager refuses to the verdicts about one tree, on its places: the installation of the whole app fails. */
export function addRefusals(report: AppReport, refused: Refused[], places: string[]): AppReport {
  const packages = refused.reduce((all, refusal) => {
    const found = all.find(({ name, version }) => name === refusal.name && version === refusal.version);
    const known = found ?? {
      name: refusal.name,
      version: refusal.version,
      folder: `node_modules/${refusal.name}`,
      optional: false,
      dependents: [],
      places: places.map((place): PlaceVerdict => ({ place, verdict: "runs", files: [], problems: [] })),
    };
    const changed = { ...known, places: known.places.map((place) => refuse(place, refusal)) };
    return [...all.filter((one) => one !== found), changed];
  }, report.packages);
  return { ...report, packages };
}

function refuse(place: PlaceVerdict, { wanted }: Refused): PlaceVerdict {
  const text = `stops the installation on ${place.place}: the package manager refuses it there, since it is for ${wanted}`;
  return { ...place, verdict: "fails", problems: [{ severity: "error", text }, ...place.problems] };
}
