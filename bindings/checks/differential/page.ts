// Formats the report of a run.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { describeAnswer } from "../opa/answers.ts";
import { explanationOf } from "../opa/explained.ts";
import { CLASSES, MEANINGS } from "./compare.ts";
import { textOf } from "./policies.ts";
import type { Difference, Report } from "./run.ts";

const REFUSALS = 30;

/** The report as text; failures come first. */
export function formatReport(report: Report): string {
  const head = `Grid beside OPA: ${report.policies} policies, ${report.evaluations} evaluations`;
  const classes = formatTable(
    ["class", "count", "meaning"],
    CLASSES.map((name) => [name, String(report.counts[name]), MEANINGS[name]]),
  );
  const causes = [...report.causes].toSorted(([, left], [, right]) => Number(right.fails) - Number(left.fails) || right.count - left.count);
  const details = causes.map(([cause, { count, fails, examples }]) => {
    const why = explanationOf(cause);
    const mark = fails ? "FAILS " : why ? `explained (${why}) ` : "";
    return [`# ${mark}${cause}: ${count}`, ...examples.map(exampleText)].join("\n");
  });
  const refused = [...report.opaRefused].toSorted(([, left], [, right]) => right - left).slice(0, REFUSALS);
  const refusals = [`# clauses that OPA rejects`, ...refused.map(([cause, count]) => `${count} ${cause}`)].join("\n");
  return [head, classes, ...details, refusals].join("\n\n");
}

function exampleText({ policy, question, input, grid, opa }: Difference): string {
  const lib = policy.lib.clauses.length > 0 ? textOf(policy.lib) : "";
  const own = typeof grid === "string" ? grid.replaceAll("\n", "\n  ") : describeAnswer(grid);
  return `## seed ${policy.seed}, ${question}${policy.strictErrors ? ", strict builtin errors" : ""}
${lib}${textOf(policy.main)}input ${input ?? "none"}
Grid ${own}${opa ? `\nOPA  ${describeAnswer(opa)}` : ""}`;
}
