// The report of a check of sources, and its failures.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { Finding, GroupResult, Outcome } from "./findings.ts";

/** What must hold: the least share of OPA's texts or trees that are equal, in percent; `isStrict` allows no source that only OPA refuses. */
export type Goal = { what: string; least: number; isStrict: boolean };

const count = (findings: Finding[], outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;

/** A table with a line per group, and the findings, at most `most` of each kind. `changing` is the head of the column of findings that change. */
export function formatReport(groups: GroupResult[], most: number, changing?: string): string {
  const rows = [...groups, { name: "all", findings: groups.flatMap(({ findings }) => findings) }].map(({ name, findings }) => [
    name,
    String(findings.length),
    `${share(findings).toFixed(2)} %`,
    ...(["different", "refused", "lenient", "bothRefuse"] as const).map((outcome) => String(count(findings, outcome))),
    ...(changing === undefined ? [] : [String(findings.filter(({ changes }) => changes).length)]),
  ]);
  const table = formatTable(
    ["sources", "files", "equal", "different", "refused", "lenient", "both refuse", ...(changing === undefined ? [] : [changing])],
    rows,
  );
  const lists = (["different", "refused", "lenient"] as const).map((outcome) => {
    const found = groups.flatMap(({ name, findings }) =>
      findings
        .filter((finding) => finding.outcome === outcome)
        .map((finding) => `  ${name}/${finding.source} (${finding.version}): ${finding.detail}`),
    );
    return found.length === 0
      ? ""
      : `\n${outcome}:\n${found.slice(0, most).join("\n")}${found.length > most ? `\n  and ${found.length - most} more` : ""}\n`;
  });
  return `${table}\n${lists.join("")}`;
}

/** The equal ones in percent of OPA's. */
function share(findings: Finding[]): number {
  const ofOpa = findings.filter(({ outcome }) => outcome === "equal" || outcome === "different" || outcome === "refused");
  return ofOpa.length === 0 ? 100 : (100 * count(findings, "equal")) / ofOpa.length;
}

/** Why the check fails; empty if it passes. */
export function failuresOf(groups: GroupResult[], { what, least, isStrict }: Goal): string[] {
  const findings = groups.flatMap((group) => group.findings);
  const failures: string[] = [];
  if (share(findings) < least) failures.push(`${share(findings).toFixed(2)} % of OPA's ${what} are equal, less than ${least} %`);
  const lenient = count(findings, "lenient");
  if (isStrict && lenient > 0) failures.push(`Grid accepts ${lenient} sources that OPA refuses`);
  return failures;
}
