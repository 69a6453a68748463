import type { Command } from "commander";
import { formatTable } from "../lib/reporter.ts";
import { setUpStage } from "../pipeline/index.ts";
import { comparePublished, type Verdict } from "../testing/published.ts";
import { addPlanOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";

/** `boardkit published`: predicted against observed on published addons, a check of Boardkit's own repo that fetches them. */
export function addPublished(program: Command, edge: Edge): void {
  addPlanOptions(
    program.command("published", { hidden: true }).description("compare the audit's verdicts with runs of published addons"),
  ).action(async (options: SharedOptions, command: Command) => {
    const context = createContext(options, edge);
    const { plan } = await setUpStage(requestOf(options, command, edge), "smoke", context);
    const verdicts: Verdict[] = [];
    for await (const verdict of comparePublished(plan, context.registry, context.cache, context.signal)) {
      verdicts.push(verdict);
      context.reporter.note(`${verdict.file}: ${verdict.predicted}, ${verdict.observed}`);
    }
    const rows = verdicts.map(({ file, cpu, predicted, observed, reason }) => [file, cpu, predicted, observed, reason]);
    print(formatTable(["file", "CPU", "predicted", "observed", "why"], rows));
    const agreed = verdicts.filter(({ predicted, observed }) => predicted === observed).length;
    print(`\n${agreed} of ${verdicts.length} agree`);
  });
}
