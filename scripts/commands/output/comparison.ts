// The table of `boardkit compare builders`.
import { formatBytes, formatSeconds, formatTable } from "../../lib/reporter.ts";
import type { Compared } from "../../stages/compare/compare.ts";

const HEADER = ["target", "builder", "size", "glibc", "NEEDED", "843419", "built in", "smoke", "tools"];

/** One row per target and builder. */
export function describeComparison(rows: Compared[]): string {
  const cells = rows.map((row) => {
    const head = [row.target, row.builder];
    if (row.reason !== undefined) return [...head, "-", "-", "-", "-", "-", "-", row.reason];
    const smoke = row.failed ? `${row.failed} FAILED` : `${row.passed} passed ${formatSeconds(row.smokeSeconds ?? 0)}`;
    return [
      ...head,
      formatBytes(row.bytes ?? 0),
      row.glibc ?? "-",
      (row.needed ?? []).join(" "),
      row.errata843419 === undefined ? "-" : String(row.errata843419),
      formatSeconds(row.buildSeconds ?? 0),
      smoke,
      row.tools ?? "",
    ];
  });
  return formatTable(HEADER, cells);
}
