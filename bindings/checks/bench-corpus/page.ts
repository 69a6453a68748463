// The report of the corpus benchmark.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { Times } from "./run.ts";

/** The geometric mean and the worst of a list of ratios. */
function summary(ratios: number[]): { mean: number; worst: number } {
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, ratios.length));
  return { mean, worst: Math.max(0, ...ratios) };
}

/** The times of each decision, by the ratio to OPA, and the summaries. */
export function formatTimes({ decisions, loads }: Times): string {
  const ratio = ({ opa, grid }: { opa: number; grid: number }) => grid / opa;
  const rows = decisions
    .toSorted((left, right) => ratio(left) - ratio(right))
    .map((one) => [
      one.repository,
      one.ref.slice(0, 60),
      String(one.inputBytes),
      one.opa.toFixed(1),
      one.grid.toFixed(1),
      ratio(one).toFixed(3),
    ]);
  const table = formatTable(["repository", "rule", "input bytes", "OPA us", "Grid us", "ratio"], rows);
  const decided = summary(decisions.map(ratio));
  const loaded = summary(loads.map(ratio));
  const sum = (pick: "opa" | "grid") => loads.reduce((total, load) => total + load[pick], 0);
  const files = loads.reduce((total, load) => total + load.files, 0);
  return [
    table,
    "",
    `decisions, object in: ${decisions.length}; Grid / OPA: geometric mean ${decided.mean.toFixed(3)}, worst ${decided.worst.toFixed(3)}`,
    `loads: ${loads.length} units of ${files} files, ${sum("opa").toFixed(0)} ms by OPA, ${sum("grid").toFixed(0)} ms by Grid; ` +
      `Grid / OPA: ${(sum("grid") / Math.max(1e-9, sum("opa"))).toFixed(3)} in all, ` +
      `geometric mean ${loaded.mean.toFixed(3)}, worst ${loaded.worst.toFixed(3)}`,
  ].join("\n");
}
