// The page of `boardkit audit --html`: verdicts about apps and their packages, and about files.
import type { AppReport, PackageVerdict } from "../../../audit/app/report.ts";
import type { Audit } from "../../../audit/report.ts";
import { formatBytes } from "../../../lib/reporter.ts";
import { formatDate } from "./changes.ts";
import { findingSection, type PlacedFinding } from "./findings.ts";
import { html, prose, type Html } from "./html.ts";
import { mark, renderPage, section, type Figure, type State } from "./page.ts";
import { plural } from "./targets.ts";

export type AuditResults = { apps: AppReport[]; files: Audit[] };

/** A row of the table of verdicts: a package or a file, and its state in each place. */
type Row = { name: string; sub: string; states: State[] };

const STATES = { runs: "ok", warning: "warn", fails: "bad" } as const;
const WORDS: Record<State, string> = { ok: "runs", warn: "may fail", bad: "fails", none: "unknown" };

/** The page of the results of one call. */
export function renderAudit({ apps, files }: AuditResults, now: Date): string {
  const rows = [...apps.flatMap(({ packages }) => packages.map(rowOfPackage)), ...files.map(rowOfFile)];
  const places = placesOf({ apps, files });
  return renderPage({
    brand: "boardkit audit",
    title: titleOf({ apps, files }),
    facts: [
      formatDate(now.toISOString()),
      plural(places.length, "place"),
      ...apps.map(({ fetched }) => fetched && "packages as they would be installed"),
    ].filter(Boolean),
    figures: figuresOf(rows, apps.length === 0 ? "file" : files.length === 0 ? "package" : "package or file"),
    sections: [
      ...apps.map(appSection),
      files.length > 0
        ? section("files", "Files", undefined, verdictTable("files", files.map(rowOfFile), placesOf({ apps: [], files })))
        : undefined,
      findingSection(findingsOf(files)),
    ],
    footer: html`<p>
      Written by <code>boardkit audit --html</code>, which decodes files and executes nothing of them. ✓ runs, ! may fail, ✗ fails.
    </p>`,
  });
}

/** The last part of a path. */
function nameOf(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) || path;
}

function titleOf({ apps, files }: AuditResults): string {
  const names = [...apps.map(({ app }) => nameOf(app)), ...files.map(({ path }) => nameOf(path))];
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ") || "Nothing to audit";
}

function placesOf({ apps, files }: AuditResults): string[] {
  return [
    ...new Set([
      ...apps.flatMap(({ packages }) => packages.flatMap(({ places }) => places.map(({ place }) => place))),
      ...files.flatMap(({ places }) => places.map(({ name }) => name)),
    ]),
  ];
}

const NAMES = { package: "packages with native parts", file: "files", "package or file": "packages and files" } as const;

function figuresOf(rows: Row[], word: keyof typeof NAMES): Figure[] {
  const count = (test: (row: Row) => boolean) => rows.filter(test).length;
  const everywhere = count(({ states }) => states.every((state) => state !== "bad"));
  const nowhere = count(({ states }) => states.length > 0 && states.every((state) => state === "bad"));
  return [
    {
      value: String(rows.length),
      label: rows.length === 1 ? word : NAMES[word],
    },
    { value: String(everywhere), label: "without a failure", state: everywhere === rows.length ? "ok" : "none" },
    {
      value: String(rows.length - everywhere - nowhere),
      label: "fail on some",
      state: rows.length - everywhere - nowhere > 0 ? "warn" : "none",
    },
    { value: String(nowhere), label: "fail on all", state: nowhere > 0 ? "bad" : "none" },
  ];
}

function rowOfPackage({ name, version, optional, places }: PackageVerdict): Row {
  return { name: `${name} ${version}`, sub: optional ? "optional" : "", states: places.map(({ verdict }) => STATES[verdict]) };
}

function rowOfFile({ path, bytes, facts, places }: Audit): Row {
  const sub = facts ? `${facts.arch} ${facts.libc ?? "no C library"}, ${formatBytes(bytes)}` : "not an ELF file";
  const stateOf = (findings: Audit["places"][number]["findings"]): State => {
    if (findings.some(({ severity }) => severity === "error")) return "bad";
    return findings.some(({ severity }) => severity === "warning") ? "warn" : "ok";
  };
  const folder = path.slice(0, path.length - nameOf(path).length);
  return { name: nameOf(path), sub: folder ? `${sub}, in ${folder}` : sub, states: places.map(({ findings }) => stateOf(findings)) };
}

/** More places than this have names that stand upright: there may be forty. */
const MOST_FLAT = 6;

/** A column for each place. */
function verdictTable(label: string, rows: Row[], places: string[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">
    <table class="grid">
      <thead>
        <tr>
          <th scope="col">${label}</th>
          ${places.map((place) => html`<th scope="col" class="${places.length > MOST_FLAT ? "place upright" : "place"}"><span>${place}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, sub, states }) =>
            html`<tr>
              <th scope="row">${name}${sub ? html`<small>${sub}</small>` : undefined}</th>
              ${states.map((state) => html`<td>${mark(state, WORDS[state])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function appSection(report: AppReport, index: number): Html {
  const { app, packages, neverLoaded, unreadable, fetched } = report;
  const id = `app-${index + 1}`;
  const names = packages[0]?.places.map(({ place }) => place) ?? [];
  if (packages.length === 0) return section(id, nameOf(app), "No package has native parts: nothing here depends on the board.");
  const troubled = packages.filter(({ places }) => places.some(({ problems }) => problems.length > 0));
  const rest = [
    ...(neverLoaded > 0 && !fetched ? [`${neverLoaded} native files are for other systems and never loaded.`] : []),
    ...unreadable.map(({ path, reason }) => `${path}: ${reason}`),
  ];
  return section(
    id,
    nameOf(app),
    app === nameOf(app) ? undefined : html`<code>${app}</code>`,
    verdictTable("packages", packages.map(rowOfPackage), names),
    troubled.length > 0 && html`<div class="rules">${troubled.map(packageCard)}</div>`,
    rest.length > 0 &&
      html`<ul class="lead">
        ${rest.map((text) => html`<li>${text}</li>`)}
      </ul>`,
  );
}

/** What is wrong with a package and where, and what a user can do. */
function packageCard({ name, version, places, dependents, bugs, otherVersion }: PackageVerdict): Html {
  const problems = places.flatMap(({ place, problems: own }) => own.map((problem) => ({ place, ...problem })));
  const groups = Map.groupBy(problems, ({ text }) => text);
  const worst = problems.some(({ severity }) => severity === "error") ? "bad" : "warn";
  const other =
    otherVersion &&
    (otherVersion.version === undefined ? "no other tried version runs everywhere" : `version ${otherVersion.version} runs`);
  return html`<article class="rule">
    <h3>${mark(worst, WORDS[worst])} ${name} ${version}</h3>
    <ul>
      ${[...groups].map(
        ([text, found]) =>
          html`<li>
            ${prose(text)}
            <span class="places">${found.map(({ place }) => html`<code>${place}</code> `)}</span
            >${found[0]?.advice ? html`<p class="fix">${prose(found[0].advice)}</p>` : undefined}
          </li>`,
      )}
    </ul>
    ${other && html`<p class="fix">${other}</p>`} ${dependents.length > 0 && html`<p class="places">needed by ${dependents.join(", ")}</p>`}
    ${bugs !== undefined && worst === "bad" && html`<p class="places">its issues: ${bugs}</p>`}
  </article>`;
}

/**
 * Findings of files: each says which file it is of if there are several. For many places it says "the board" instead of the place, so that
 * the same finding of several places is one line. Those of a place for another architecture say nothing more.
 */
function findingsOf(files: Audit[]): PlacedFinding[] {
  return files.flatMap(({ path, places }) =>
    places.flatMap(({ name, findings }) =>
      findings
        .filter(({ rule }) => places.length === 1 || rule !== "file/architecture")
        .map((found) => {
          const message = places.length > 1 ? found.message.replaceAll(name, "the board") : found.message;
          return { ...found, message: files.length > 1 ? `${nameOf(path)}: ${message}` : message, place: name };
        }),
    ),
  );
}
