// Findings by rule: each has its targets, its reason and its fix. Notes, where there is nothing to do, are folded.
import type { TargetReport } from "../../../model/report/dist-report.ts";
import { html, prose, type Html } from "./html.ts";
import { mark, section } from "./page.ts";
import { plural } from "./targets.ts";

type Severity = "error" | "warning" | "note";
/** A finding and the places that have it. */
export type PlacedFinding = { rule: string; severity: Severity; message: string; fix: string; place: string };

const STATES = { error: "bad", warning: "warn", note: "none" } as const;

/** The findings of all targets. */
export function findingsOf(targets: TargetReport[]): PlacedFinding[] {
  return targets.flatMap(({ triple, build }) => (build?.audit?.findings ?? []).map((found) => ({ ...found, place: triple })));
}

/** Errors and warnings, and below them the notes; undefined if there is none. */
export function findingSection(findings: PlacedFinding[]): Html | undefined {
  if (findings.length === 0) return undefined;
  const [errors, warnings, notes] = (["error", "warning", "note"] as const).map((severity) =>
    findings.filter((found) => found.severity === severity),
  ) as [PlacedFinding[], PlacedFinding[], PlacedFinding[]];
  return section(
    "findings",
    "Findings",
    errors.length + warnings.length === 0 ? "There is no error and no warning." : undefined,
    rulesOf([...errors, ...warnings]),
    notes.length === 0
      ? undefined
      : html`<details>
          <summary>${plural(notes.length, "note")}</summary>
          ${rulesOf(notes)}
        </details>`,
  );
}

function rulesOf(findings: PlacedFinding[]): Html {
  const groups = Map.groupBy(findings, ({ rule, severity, fix }) => JSON.stringify([severity, rule, fix]));
  return html`<div class="rules">
    ${[...groups.values()].map((group) => {
      const [{ rule, severity, fix }] = group as [PlacedFinding];
      const messages = Map.groupBy(group, ({ message }) => message);
      return html`<article class="rule">
        <h3>${mark(STATES[severity], severity)} ${rule}</h3>
        <ul>
          ${[...messages].map(([message, found]) => html`<li>${prose(message)} <span class="places">${[...new Set(found.map(({ place }) => place))].map((place) => html`<code>${place}</code> `)}</span></li>`)}
        </ul>
        <p class="fix">${prose(fix)}</p>
      </article>`;
    })}
  </div>`;
}
