import { Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { readProject } from "../model/project.ts";
import { runStages } from "../stages/pipeline.ts";
import { need, type Request } from "../stages/stage.ts";
import { planOf } from "../stages/wheel/wheel.ts";
import type { Context } from "../stages/context.ts";
import type { Define } from "./command.ts";
import { failTogether } from "./output/failures.ts";
import { describePlan, describeWheelPlan } from "./output/plan.ts";
import { describeTable } from "./output/table.ts";
import { addRunOptions, createContext, print, requestOf, type SharedOptions } from "./shared.ts";

type Options = SharedOptions & { binding?: "node" | "python" | "all"; dryRun: boolean };

/** `boardkit build`: set-up, build and audit of addons or wheels. */
export const defineBuild: Define = (command, edge) => {
  addRunOptions(command)
    .addOption(
      new Option(
        "--binding <language>",
        "build the addon for Node, the wheel of the Python package, or all that the project has; by default the addon, and the wheel if there is no addon",
      ).choices(["node", "python", "all"]),
    )
    .option("--dry-run", "print the commands, environments, inputs and outputs of all steps, and build nothing", false)
    .action(async (options: Options) => {
      const context = createContext(options, edge);
      const request = requestOf(options, command, edge);
      for (const binding of bindingsOf(options, request)) {
        if (options.dryRun) await printPlan(binding, options, request, context);
        else if (binding === "python") await buildWheels(options, request, context);
        else await buildAddons(options, request, context);
      }
    });
};

type Binding = "node" | "python";

function bindingsOf({ binding, json }: Options, { cwd }: Request): Binding[] {
  const { hasAddon, settings } = readProject(cwd);
  const first = hasAddon ? "node" : "python";
  if (binding !== "all") return [binding ?? first];
  if (json)
    throw new BoardkitError("--json prints one document: one binding", { code: "USAGE", exit: "usage", fix: "name it with --binding" });
  return hasAddon && settings.python !== undefined ? ["node", "python"] : [first];
}

async function printPlan(binding: Binding, { json }: Options, request: Request, context: Context): Promise<void> {
  const state = await runStages(["plan"], request, context);
  const plan = binding === "python" ? await planOf(state, context) : need(state, "plan");
  if (json) print(JSON.stringify(plan, null, 2));
  else print("wheels" in plan ? describeWheelPlan(plan) : describePlan(plan));
}

async function buildAddons({ json }: Options, request: Request, context: Context): Promise<void> {
  const state = await runStages(["set-up", "plan", "build", "audit"], request, context);
  const [{ skipped }, builds] = [need(state, "plan"), need(state, "builds")];
  const manifests = builds.flatMap(({ output }) => output ?? []);
  print(json ? JSON.stringify({ schema: 2, targets: manifests, skipped }, null, 2) : describeTable(manifests, skipped));
  failTogether(builds);
}

/** Builds wheels, and prints one line per wheel. */
async function buildWheels({ json }: Options, request: Request, context: Context): Promise<void> {
  const state = await runStages(["set-up", "plan", "wheel"], request, context);
  const [{ skipped }, results] = [need(state, "plan"), need(state, "wheels")];
  const wheels = results.flatMap(({ output }) => output ?? []);
  const lines = wheels.map(({ target, wheel, audit, run }) => {
    const ran = "skipped" in run ? "not run" : `${run.cpu}: ${run.output}`;
    return [target, audit.glibc ? `GLIBC_${audit.glibc}` : "-", ran, `dist/${target}/wheel/${wheel.file}`].join("\t");
  });
  print(json ? JSON.stringify({ schema: 2, wheels, skipped }, null, 2) : lines.join("\n"));
  failTogether(results);
}
