// The report of `npm run check:format`, and its failures.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { Finding, GroupResult, Outcome } from "./compare.ts";

/** The least share of OPA's texts that are equal, in percent. */
const GOAL = 99;

const count = (findings: Finding[], outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;

/** A table with a line per group, and the findings, at most `most` of each kind. */
export function formatReport(groups: GroupResult[], most: number): string {
  const rows = [...groups, { name: "all", findings: groups.flatMap(({ findings }) => findings) }].map(({ name, findings }) => [
    name,
    String(findings.length),
    `${share(findings).toFixed(2)} %`,
    ...(["different", "refused", "lenient", "bothRefuse"] as const).map((outcome) => String(count(findings, outcome))),
    String(findings.filter(({ changes }) => changes).length),
  ]);
  const table = formatTable(["sources", "files", "equal", "different", "refused", "lenient", "both refuse", "not stable"], rows);
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

/** The equal texts in percent of OPA's. */
function share(findings: Finding[]): number {
  const ofOpa = findings.filter(({ outcome }) => outcome === "equal" || outcome === "different" || outcome === "refused");
  return ofOpa.length === 0 ? 100 : (100 * count(findings, "equal")) / ofOpa.length;
}

/** Why the check fails; empty if it passes. */
export function failuresOf(groups: GroupResult[]): string[] {
  const findings = groups.flatMap((group) => group.findings);
  const failures: string[] = [];
  if (share(findings) < GOAL) failures.push(`${share(findings).toFixed(2)} % of OPA's texts are equal, less than ${GOAL} %`);
  return failures;
}
