// The comparison with an earlier report.
import type { DistReport } from "../../../model/report/dist-report.ts";
import type { Change } from "../../../stages/report/compare.ts";
import { html, type Html } from "./html.ts";
import { section } from "./page.ts";

const WORDS = { better: "better", worse: "worse", neutral: "changed" } as const;
const MARKS = { better: "↘", worse: "↗", neutral: "→" } as const;

/** One line per difference. */
export function changeSection(earlier: DistReport, changes: Change[]): Html {
  const subjects = Map.groupBy(changes, ({ subject }) => subject);
  return section(
    "changes",
    "Changes",
    `Since the report of ${earlier.project.name} ${earlier.project.version} of ${formatDate(earlier.created)}.`,
    changes.length === 0
      ? html`<p>There is none: sizes, needs, findings, cases and memory are the same, and times are within 10 %.</p>`
      : html`<div class="cards">
          ${[...subjects].map(
            ([subject, own]) =>
              html`<article class="card">
                <h3><code>${subject}</code></h3>
                <ul class="changes">
                  ${own.map(lineOf)}
                </ul>
              </article>`,
          )}
        </div>`,
  );
}

function lineOf({ what, before, after, difference, direction }: Change): Html {
  return html`<li>
    <span class="name">${what}</span> <span>${before} → <b>${after}</b></span>
    <span class="change ${direction}">${difference || MARKS[direction]} ${WORDS[direction]}</span>
  </li>`;
}

/** `2026-11-30 18:12 UTC`. */
export function formatDate(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
