// The verdicts about an app as text: a row for each package, below it what is wrong and what to do.
import type { AppReport, PackageVerdict, PlaceVerdict } from "../../audit/app/report.ts";

const MARK: Record<PlaceVerdict["verdict"], string> = { runs: "✓", warning: "!", fails: "✗" };

/** `verbose` adds the files that are loaded and how they are found. */
export function describeApp(report: AppReport, verbose: boolean): string {
  const { packages, neverLoaded, unreadable, app } = report;
  const places = packages[0]?.places.map(({ place }) => place) ?? [];
  if (packages.length === 0) return `✓ ${app}: no package has native parts`;
  const width = Math.max(...packages.map((one) => title(one).length));
  const columns = places.length > 1 ? [" ".repeat(width), ...places].join("  ") : undefined;
  const rows = packages.map((one) => {
    if (places.length === 1) return [`${MARK[one.places[0]!.verdict]} ${title(one)}`, ...details(one, verbose)];
    const marks = one.places.map(({ verdict }, index) => MARK[verdict].padEnd(places[index]!.length));
    return [[title(one).padEnd(width), ...marks].join("  ").trimEnd(), ...details(one, verbose)];
  });
  return [
    ...(columns === undefined ? [] : [columns]),
    ...rows.flat(),
    "",
    summary(report, places),
    ...(neverLoaded > 0 && !report.fetched
      ? [`${neverLoaded} native files are for other systems and never loaded; --all audits them too`]
      : []),
    ...unreadable.map(({ path, reason }) => `! ${path}: ${reason}`),
  ].join("\n");
}

function title({ name, version }: PackageVerdict): string {
  return `${name} ${version}`;
}

function details({ places, dependents, bugs, otherVersion }: PackageVerdict, verbose: boolean): string[] {
  // The same text for several places is one line.
  const texts = new Map<string, { places: string[]; advice?: string }>();
  for (const { place, problems } of places)
    for (const { text, advice } of problems) {
      const seen = texts.get(text) ?? { places: [], ...(advice === undefined ? {} : { advice }) };
      seen.places.push(place);
      texts.set(text, seen);
    }
  const lines = [...texts].flatMap(([text, { places: where, advice }]) => [
    `    ${places.length > 1 ? `${where.join(", ")}: ` : ""}${text}`,
    ...(advice === undefined ? [] : [`    fix: ${advice}`]),
  ]);
  if (otherVersion?.version !== undefined)
    lines.push(`    version: ${otherVersion.version} runs${places.length > 1 ? " on all of them" : ""}`);
  else if (otherVersion)
    lines.push(
      `    version: ${otherVersion.tried.length === 0 ? "there is no other" : `none of these runs either: ${otherVersion.tried.join(", ")}`}`,
    );
  if (bugs !== undefined && places.some(({ verdict }) => verdict === "fails")) lines.push(`    its issues: ${bugs}`);
  if (lines.length > 0 && dependents.length > 0) lines.push(`    needed by: ${dependents.join(", ")}`);
  if (verbose)
    for (const { place, files, way } of places)
      lines.push(`    ${place}: ${files.join(", ") || "nothing is loaded"}${way === undefined ? "" : ` (by ${way})`}`);
  return lines;
}

function summary({ packages }: AppReport, places: string[]): string {
  return places
    .map((place, index) => {
      const count = (verdict: PlaceVerdict["verdict"]) => packages.filter((one) => one.places[index]?.verdict === verdict).length;
      const [runs, warning, fails] = [count("runs"), count("warning"), count("fails")];
      return `${place}: ${packages.length} packages with native parts: ${runs} run, ${warning} with a warning, ${fails} fail`;
    })
    .join("\n");
}
