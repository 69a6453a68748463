import { type Command, Option } from "commander";
import { buildPlan, planStage, planWheelStage, setUpStage, wheelStage, type BuildResult, type Request } from "../stages/index.ts";
import type { Context } from "../stages/context.ts";
import { describePlan, describeWheelPlan } from "./plan.ts";
import { failTogether } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";
import { describeTable } from "./table.ts";

/** `boardkit build`: set-up, build, check of each file. */
export function addBuild(program: Command, edge: Edge): void {
  addRunOptions(program.command("build").description("build the addon for targets into dist/<target>/"))
    .addOption(
      new Option("--binding <language>", "the addon for Node, or the wheel of the Python package")
        .choices(["node", "python"])
        .default("node"),
    )
    .option("--dry-run", "print the plan and build nothing", false)
    .action(async (options: SharedOptions & { binding: "node" | "python"; dryRun: boolean }, command: Command) => {
      const context = createContext(options, edge);
      const request = requestOf(options, command, edge);
      if (options.binding === "python") {
        await (options.dryRun ? printWheelPlan : makeWheels)(request, options.json, context);
        return;
      }
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

async function printWheelPlan(request: Request, json: boolean, context: Context): Promise<void> {
  const plan = await planWheelStage(request, context);
  print(json ? JSON.stringify(plan, null, 2) : describeWheelPlan(plan));
}

/** Makes wheels, and prints one line for each. */
async function makeWheels(request: Request, json: boolean, context: Context): Promise<void> {
  const { results, skipped } = await wheelStage(request, context);
  const wheels = results.flatMap(({ wheel }) => wheel ?? []);
  const lines = wheels.map(({ target, path, glibc, run }) => {
    const ran = "skipped" in run ? "not run" : `${run.cpu}: ${run.output}`;
    return [target, glibc ? `GLIBC_${glibc}` : "-", ran, path].join("\t");
  });
  print(json ? JSON.stringify({ schema: 1, wheels, skipped }, null, 2) : lines.join("\n"));
  failTogether(results);
}
