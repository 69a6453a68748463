// The tables that `npm run audit:popular` prints. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import { formatTable } from "../../lib/reporter.ts";
import type { PopularRow, PopularRun } from "./result.ts";

type Run = PopularRun & { name: string };

/** Where each package runs. */
export function describeVerdicts(rows: PopularRow[]): string {
  const cells = ({ places }: PopularRow, verdict: string) =>
    places
      .filter((one) => one.verdict === verdict)
      .map(({ place }) => place)
      .join(" ");
  return formatTable(
    ["package", "runs", "with a warning", "made at installation", "fails"],
    rows.map((row) => [`${row.name} ${row.version}`, ...["runs", "warning", "made", "fails"].map((verdict) => cells(row, verdict))]),
  );
}

/** Prediction and truth, side by side. */
export function describeRuns(rows: PopularRow[]): string {
  return formatTable(
    ["package", "place", "CPU", "runtime", "predicted", "truth", "agree?", "what happened"],
    runsOf(rows).map(({ name, place, cpu, runtime, predicted, truth, agreement, text, why }) => [
      name,
      place,
      cpu,
      runtime,
      predicted,
      truth,
      agreement,
      [why, text].filter(Boolean).join("; ").slice(0, 160),
    ]),
  );
}

/** Counts, then the differences by name. */
export function describeSummary(rows: PopularRow[]): string {
  const runs = runsOf(rows);
  const count = (agreement: Run["agreement"]) => runs.filter((one) => one.agreement === agreement).length;
  const counts = `${runs.length} calls ran: ${count("agrees")} agree, ${count("false error")} false errors, ${count("missed")} missed, ${count("warned")} warned, ${count("undecided")} undecided`;
  const listed = runs.filter(({ agreement }) => agreement !== "agrees");
  return [counts, ...listed.map((one) => `  ${one.agreement}: ${describeRun(one)}`)].join("\n");
}

/** False errors and missed failures that the list does not explain end the command with exit code 1. */
export function failOnDifferences(rows: PopularRow[]): void {
  const bad = runsOf(rows).filter(({ agreement, why }) => (agreement === "false error" || agreement === "missed") && why === undefined);
  if (bad.length === 0) return;
  throw new BoardkitError(`${bad.length} verdicts differ from the runs, and packages.json does not explain them`, {
    code: "VERDICT_WRONG",
    tail: bad.map(describeRun).join("\n"),
    fix: "fix the audit; or add `explain` to the package's entry in scripts/checks/popular/packages.json",
  });
}

function runsOf(rows: PopularRow[]): Run[] {
  return rows.flatMap(({ name, runs }) => runs.map((one) => ({ name, ...one })));
}

function describeRun({ name, place, predicted, truth, text, why }: Run): string {
  return `${name} on ${place}: predicted ${predicted}, truth ${truth}: ${[text, why].filter(Boolean).join("; ")}`;
}
