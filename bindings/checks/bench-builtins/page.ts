// The report of the benchmark of builtins.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { CallTime } from "./run.ts";

/** The times of each call, and a line for each family. */
export function formatBuiltinTimes(times: CallTime[]): string {
  const rows = times.map(({ family, name, opa, grid, ratio }) => [
    family,
    name,
    opa.toFixed(2),
    grid.toFixed(2),
    ratio.toFixed(2),
    ratio > 1 ? "SLOWER" : "",
  ]);
  const families = [...new Set(times.map(({ family }) => family))].map((family) => {
    const ratios = times.filter((one) => one.family === family).map(({ ratio }) => ratio);
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    return [family, String(ratios.length), mean.toFixed(2), Math.max(...ratios).toFixed(2)];
  });
  return [
    formatTable(["family", "call", "OPA us", "Grid us", "Grid / OPA", ""], rows),
    formatTable(["family", "calls", "geometric mean", "worst"], families),
  ].join("\n\n");
}
