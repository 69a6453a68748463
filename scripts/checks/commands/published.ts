import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { formatTable } from "../../lib/reporter.ts";
import { setUpPlan } from "../set-up-plan.ts";
import { comparePublished, type Verdict } from "../published/published.ts";
import { readPublished } from "../published/list.ts";
import { createContext, print, searchOf } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev published`: fetches published addons, and compares the audit's verdicts with runs. */
export function addPublished(program: Command, edge: Edge): void {
  program
    .command("published")
    .description("compare the audit's verdicts with runs of published addons")
    .argument("[names...]", "only the addons whose name, target or CPU contains one of these")
    .action(async (names: string[], _options: object, command: Command) => {
      const context = createContext({}, edge);
      const entries = await readPublished(names);
      const targets = [...new Set(entries.map(({ target }) => target))];
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      const request = { cwd, targets, profile: "standard", builder: "auto" as const, ...searchOf(edge) };
      const { plan, rustc } = await setUpPlan(request, context);
      const verdicts: Verdict[] = [];
      for await (const verdict of comparePublished(entries, plan, rustc, context)) {
        verdicts.push(verdict);
        context.reporter.note(`${verdict.file} on ${verdict.cpu}: ${verdict.predicted}, ${verdict.observed}`);
      }
      const differ = verdicts.filter(({ predicted, observed }) => predicted !== observed);
      const known = differ.filter(({ explain }) => explain).length;
      print(describeVerdicts(verdicts));
      print(`\n${verdicts.length - differ.length} of ${verdicts.length} agree, ${known} differ for a known reason`);
      for (const { file, cpu } of verdicts.filter((one) => one.explain && !differ.includes(one)))
        context.reporter.note(`${file} on ${cpu} agrees: its explanation in published.json is out of date`);
      failOnUnexplained(differ.filter(({ explain }) => !explain));
    });
}

/** One line per verdict; the explanation of a difference comes first in the last column. */
function describeVerdicts(verdicts: Verdict[]): string {
  const rows = verdicts.map(({ file, cpu, host, predicted, observed, reason, explain }) => [
    file,
    cpu,
    host,
    predicted,
    observed,
    predicted === observed || !explain ? reason : `${explain}; ${reason}`,
  ]);
  return formatTable(["file", "CPU", "host", "predicted", "observed", "why"], rows);
}

function failOnUnexplained(verdicts: Verdict[]): void {
  if (verdicts.length === 0) return;
  throw new BoardkitError(`${verdicts.length} verdicts differ from the runs, and published.json does not explain them`, {
    code: "VERDICT_WRONG",
    tail: verdicts
      .map(({ file, cpu, predicted, observed }) => `${file} on ${cpu}: predicted ${predicted}, observed ${observed}`)
      .join("\n"),
    fix: "disassemble the file, then fix the audit; or add `explain` to its entry in scripts/checks/published/published.json",
  });
}
