import type { Command } from "commander";
import { buildPlan, planStage, setUpStage, type BuildResult } from "../pipeline/index.ts";
import { describePlan } from "./plan.ts";
import { failTogether } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";
import { describeTable } from "./table.ts";

/** `boardkit build`: set-up, build, check of each file. */
export function addBuild(program: Command, edge: Edge): void {
  addRunOptions(program.command("build").description("build the addon for targets into dist/<target>/"))
    .option("--dry-run", "print the plan and do nothing", false)
    .action(async (options: SharedOptions & { dryRun: boolean }, command: Command) => {
      const context = createContext(options, edge);
      const request = requestOf(options, command, edge);
      if (options.dryRun) {
        const plan = await planStage(request, context);
        print(options.json ? JSON.stringify(plan, null, 2) : describePlan(plan));
        return;
      }
      const { plan, rustc } = await setUpStage(request, "build", context);
      const results = await buildPlan(plan, rustc, context);
      const manifests = results.flatMap((result: BuildResult) => result.manifest ?? []);
      print(
        options.json
          ? JSON.stringify({ schema: 1, targets: manifests, skipped: plan.skipped }, null, 2)
          : describeTable(manifests, plan.skipped),
      );
      failTogether(results);
    });
}
