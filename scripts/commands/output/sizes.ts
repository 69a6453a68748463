// The tables of `boardkit compare features`.
import { formatBytes, formatTable } from "../../lib/reporter.ts";
import type { SizeRow } from "../../stages/compare/size.ts";

/** One table per target: the first build, and the other builds with their difference from it. */
export function describeSizes(rows: SizeRow[]): string {
  const targets = [...new Set(rows.map(({ target }) => target))];
  const tables = targets.map((target) => {
    const own = rows.filter((row) => row.target === target);
    const first = own[0]?.bytes ?? 0;
    const cells = own.map(({ change, bytes }, index) => [change, formatBytes(bytes), index === 0 ? "" : difference(bytes - first)]);
    return `${target}\n${formatTable(["features", "size", "difference"], cells)}`;
  });
  return tables.join("\n\n");
}

function difference(bytes: number): string {
  return `${bytes < 0 ? "-" : "+"}${Math.round(Math.abs(bytes) / 1000)} KB`;
}
