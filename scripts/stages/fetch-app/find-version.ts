// For a package that fails on a board: the newest of its other versions that runs on all of them.
import { compare, major, minor, prerelease, valid } from "semver";
import type { AppReport, PackageVerdict } from "../../audit/app/report.ts";
import type { Place } from "../../audit/place.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { auditNames, type FetchOptions } from "./fetch-app.ts";
import { listVersions } from "./npm.ts";

/** Versions that are tried for a package: each is fetched and audited. */
const MOST_TRIED = 12;

/** Adds to each package that fails somewhere the version that runs on all places. */
export async function addOtherVersions(report: AppReport, cwd: string, options: FetchOptions): Promise<AppReport> {
  const packages: PackageVerdict[] = [];
  for (const pkg of report.packages) {
    const isBad = pkg.places.some(({ verdict }) => verdict === "fails");
    packages.push(isBad ? { ...pkg, otherVersion: await findOther(pkg, cwd, options) } : pkg);
  }
  return { ...report, packages };
}

async function findOther(pkg: PackageVerdict, cwd: string, options: FetchOptions): Promise<NonNullable<PackageVerdict["otherVersion"]>> {
  const { context, env, places } = options;
  const all = await listVersions(pkg.name, cwd, env, context.signal);
  // The places that fail now decide most versions, with fewer systems to fetch for.
  const failing = places.filter(({ name }) => pkg.places.some(({ place, verdict }) => place === name && verdict === "fails"));
  const others = places.filter((place) => !failing.includes(place));
  const tried: string[] = [];
  for (const version of chooseCandidates(pkg.version, all)) {
    tried.push(version);
    const runsOn = (some: Place[]) => runs(pkg.name, version, cwd, { ...options, places: some });
    if ((await runsOn(failing)) && (others.length === 0 || (await runsOn(others)))) return { version, tried };
  }
  return { tried };
}

async function runs(name: string, version: string, cwd: string, options: FetchOptions): Promise<boolean> {
  try {
    const { packages } = await auditNames([`${name}@${version}`], cwd, options);
    const found = packages.find((pkg) => pkg.name === name && pkg.version === version);
    // Without native parts it runs everywhere.
    return !found?.places.some(({ verdict }) => verdict === "fails");
  } catch (error) {
    // A version whose own dependencies are gone is no answer; without a network there is none at all.
    if (error instanceof BoardkitError && ["INSTALL_FAILED", "VERSION_UNKNOWN", "PACKAGE_UNKNOWN"].includes(error.code)) return false;
    throw error;
  }
}

/**
 * The versions to try, at most `most`: those of the same major, newest first, then those of older majors, then newer majors. Of each minor
 * only the newest counts while there are many, since releases next to each other are built in the same way.
 */
export function chooseCandidates(current: string, versions: string[], most: number = MOST_TRIED): string[] {
  const stable = versions.filter((one) => valid(one) && prerelease(one) === null && one !== current).toSorted((a, b) => compare(b, a));
  if (!valid(current)) return stable.slice(0, most);
  const ofMinors = stable.filter((one, at) => {
    const before = stable[at - 1];
    return before === undefined || major(before) !== major(one) || minor(before) !== minor(one);
  });
  const own = major(current);
  const same = stable.filter((one) => major(one) === own);
  const half = Math.ceil(most / 2);
  const first = same.length <= half ? same : ofMinors.filter((one) => major(one) === own).slice(0, half);
  const newestOfMajors = ofMinors.filter((one, at) => major(one) !== own && major(ofMinors[at - 1] ?? "0.0.0") !== major(one));
  const older = newestOfMajors.filter((one) => major(one) < own);
  const newer = newestOfMajors.filter((one) => major(one) > own);
  const chosen = [...first, ...older, ...newer].slice(0, most);
  // What is left of the limit goes to more versions of the same major.
  const rest = same.filter((one) => !chosen.includes(one)).slice(0, most - chosen.length);
  return [...chosen, ...rest];
}
