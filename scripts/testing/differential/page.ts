// The report of a run, as text.
import { formatTable } from "../../lib/reporter.ts";
import { CLASSES, shown } from "./compare.ts";
import { textOf } from "./policies.ts";
import type { Difference, Report } from "./run.ts";

const MEANINGS: Record<(typeof CLASSES)[number], string> = {
  equal: "all say the same",
  plan: "the plan differs from the core: a failure",
  unasked: "a clause that need not be asked errs in the core; OPA agrees with the plan",
  core: "the core errs; OPA agrees with the plan",
  value: "grid and OPA have different values",
  answers: "grid answers, OPA errs",
  errs: "grid errs, OPA answers",
};

/** What a run found. */
export function written(report: Report): string {
  const share = (part: number, whole: number) => `${((part / Math.max(whole, 1)) * 100).toFixed(1)} %`;
  const head = [
    `policies ${report.policies}, rules ${report.rules}, planned ${report.planned} (${share(report.planned, report.rules)})`,
    `evaluations ${report.evaluations}, of plans ${report.ofPlans} (${share(report.ofPlans, report.evaluations)})`,
  ];
  const classes = formatTable(
    ["class", "answers", "meaning"],
    CLASSES.map((name) => [name, String(report.counts[name]), MEANINGS[name]]),
  );
  const causes = [...report.causes].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const details = causes.map(([cause, { count, examples }]) => [`\n# ${cause}: ${count}`, ...examples.map(exampleText)].join("\n"));
  const refused = [
    ["grid refuses", report.gridRefused],
    ["OPA refuses", report.opaRefused],
  ] as const;
  const refusals = refused.map(([title, counts]) => {
    const lines = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, 25);
    return [`\n# clauses that ${title}`, ...lines.map(([cause, count]) => `${count} ${cause}`)].join("\n");
  });
  return [...head, "", classes, ...refusals, ...details].join("\n");
}

function exampleText({ policy, rule, input, answers }: Difference): string {
  const lib = policy.lib.clauses.length > 0 ? textOf(policy.lib) : "";
  return `## seed ${policy.seed}, ${rule}
${lib}${textOf(policy.main)}input ${input ?? "none"}
plan ${shown(answers.plan)}
core ${shown(answers.core)}
OPA  ${shown(answers.opa)}`;
}
