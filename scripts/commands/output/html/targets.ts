// The matrix of targets: one row each, on a narrow screen one card.
import { formatBytes, formatSeconds } from "../../../lib/reporter.ts";
import type { BuildReport, TargetReport } from "../../../model/report/dist-report.ts";
import { bar } from "./charts.ts";
import { html, type Html, type Value } from "./html.ts";
import type { Notes } from "./notes.ts";
import { mark, section, type State } from "./page.ts";

const COLUMNS = ["target", "size", "needs", "audit", "cases", "build"] as const;

/** One row per target of the report. */
export function targetSection(targets: TargetReport[], notes: Notes): Html {
  const lead = "Each file is checked against the lowest CPU and the oldest C library of its target, and run there under QEMU.";
  // An element that is no longer laid out as a table loses its role: the roles are written out.
  return section(
    "targets",
    "Targets",
    lead,
    html`<table class="matrix" role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${COLUMNS.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${targets.map((target) => rowOf(target, notes))}
      </tbody>
    </table>`,
  );
}

function rowOf({ triple, build, problems }: TargetReport, notes: Notes): Html {
  const name = html`<code>${triple}</code>`;
  if (!build)
    return html`<tr role="row" class="absent">
      <th scope="row" role="rowheader">${name}</th>
      <td role="cell" data-label="state" colspan="5">
        <div>${mark("none", "not built")} ${problems[0] ? problems[0].text : "not built"}</div>
      </td>
    </tr>`;
  const cells = [sizeOf(build), needsOf(build), auditOf(build), casesOf(build, notes), timeOf(build)];
  return html`<tr role="row">
    <th scope="row" role="rowheader">
      ${name}<small>${build.cpu.id}${build.profile === "standard" ? "" : `, profile ${build.profile}`}</small>
    </th>
    ${cells.map((cell, index) => html`<td role="cell" data-label="${COLUMNS[index + 1]}"><div>${cell}</div></td>`)}
  </tr>`;
}

function sizeOf({ bytes, budget }: BuildReport): Html {
  if (budget === undefined) return html`<b>${formatBytes(bytes)}</b><small>no budget</small>`;
  const share = bytes / budget;
  const text = `${(share * 100).toFixed(1)} % of ${formatBytes(budget)}`;
  const kind = share > 1 ? "over" : "size";
  return html`<b>${formatBytes(bytes)}</b
    >${bar(`${formatBytes(bytes)}, ${text}`, [{ kind, value: bytes, title: formatBytes(bytes) }], budget)}<small>${text}</small>`;
}

function needsOf({ audit }: BuildReport): Value {
  if (!audit) return "–";
  return html`<b>${audit.needs}</b> ${audit.nodeApi === undefined ? undefined : html`<small>Node-API ${audit.nodeApi}</small>`}`;
}

function auditOf({ audit }: BuildReport): Html {
  if (!audit) return html`${mark("none", "not audited")} not passed`;
  const { errors, warnings, notes } = countFindings(audit.findings);
  const state = stateOfCounts(errors, warnings);
  const words = [plural(errors, "error"), plural(warnings, "warning")].filter((_, index) => [errors, warnings][index]! > 0).join(", ");
  return html`${mark(state)} <b>${words || "fits"}</b> ${notes > 0 ? html`<small>${plural(notes, "note")}</small>` : undefined}`;
}

function casesOf({ runs }: BuildReport, notes: Notes): Html {
  if (runs.length === 0) return html`${mark("none", "not run")} not run`;
  return html`${runs.map(({ outcome, passed, failed, reason, runtime, kind, cpu, standsIn, seconds }) => {
    const state = ({ passed: "ok", failed: "bad", skipped: "none" } as const)[outcome];
    const count = outcome === "skipped" ? "skipped" : failed > 0 ? `${failed} of ${passed + failed} failed` : String(passed);
    const why = outcome === "passed" ? undefined : html`<small class="why ${state}">${reason}</small>`;
    return html`<div class="run">
      ${mark(state, outcome)} <b>${count}</b>
      <small>${runtime || kind} on ${cpu}${notes.refer(standsIn)}, ${formatSeconds(seconds)}</small>${why}
    </div>`;
  })}`;
}

const timeOf = ({ seconds, builder }: BuildReport) =>
  html`<b>${seconds === undefined ? "–" : formatSeconds(seconds)}</b> <small>${builder.split(":")[0]}</small>`;

/** Findings by severity. */
export function countFindings(findings: readonly { severity: string }[]): { errors: number; warnings: number; notes: number } {
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}

/** The state of something with these counts. */
export function stateOfCounts(errors: number, warnings: number): State {
  if (errors > 0) return "bad";
  return warnings > 0 ? "warn" : "ok";
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
