// The crates that each file consists of: a treemap, and their bytes in a table.
import { formatBytes, formatSize } from "../../../lib/reporter.ts";
import type { Origin, TargetReport } from "../../../model/report/dist-report.ts";
import { legend } from "./boards.ts";
import { treeMap } from "./charts.ts";
import { html, type Html } from "./html.ts";
import { scrollTable, section } from "./page.ts";
import { plural } from "./targets.ts";

const KINDS: Record<Origin["kind"], string> = {
  own: "crates of the project",
  dependency: "other crates",
  standard: "Rust's standard library",
  library: "libraries in C",
  section: "sections, without a crate's name",
  others: "smaller ones",
};

const LEAD =
  "Functions and constants of each crate, with their tables for panics. A generic function counts for the crate that defines it. Constants without a name and tables of the linker count for their section.";

/** A treemap for each target whose linker wrote a map, and the reason for each other one. */
export function originSection(targets: TargetReport[]): Html | undefined {
  const builds = targets.flatMap(({ triple, build }) => (build ? [{ triple, ...build }] : []));
  const measured = builds.flatMap(({ origins, ...build }) => (origins ? [{ ...build, origins }] : []));
  if (builds.length === 0) return undefined;
  const without = html`${builds.map(
    ({ triple, noOrigins }) => noOrigins !== undefined && html`<p class="sub"><code>${triple}</code>: no sizes by crate; ${noOrigins}</p>`,
  )}`;
  if (measured.length === 0) return section("crates", "Crates", undefined, without);
  const used = new Set(measured.flatMap(({ origins }) => origins.map(({ kind }) => kind)));
  return section(
    "crates",
    "Crates",
    LEAD,
    html`<div class="cards">
      ${measured.map(
        ({ triple, file, bytes, origins }) =>
          html`<article class="card">
            <h3><code>${triple}</code> <span class="verdict">${formatBytes(bytes)}</span></h3>
            ${treeMap(
              `crates of ${file}: ${origins.map((origin) => `${origin.name} ${formatSize(origin.bytes)}`).join(", ")}`,
              origins.map((origin) => ({ ...origin, value: origin.bytes, text: formatSize(origin.bytes) })),
            )}
          </article>`,
      )}
    </div>`,
    legend(
      Object.entries(KINDS)
        .filter(([kind]) => used.has(kind as Origin["kind"]))
        .map(([kind, name]) => [kind, name]),
    ),
    tableOf(measured),
    without,
  );
}

function tableOf(measured: { triple: string; origins: Origin[] }[]): Html {
  const bytesOf = (origins: Origin[], name: string) => origins.find((one) => one.name === name)?.bytes;
  const crates = measured.flatMap(({ origins }) => origins.filter(({ kind }) => kind !== "section" && kind !== "others"));
  const names = [...new Set(crates.toSorted((a, b) => b.bytes - a.bytes).map(({ name }) => name))];
  const rows = names.map((name) => [
    html`<code>${name}</code>`,
    ...measured.map(({ origins }) => {
      const bytes = bytesOf(origins, name);
      return bytes === undefined ? "–" : formatSize(bytes);
    }),
  ]);
  return html`<details>
    <summary>Bytes of ${plural(names.length, "crate")}</summary>
    ${scrollTable("bytes by crate", ["crate", ...measured.map(({ triple }) => html`<code>${triple}</code>`)], rows)}
  </details>`;
}
