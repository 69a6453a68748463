import type { Command } from "commander";
import { formatSeconds } from "../lib/reporter.ts";
import { buildPlan, setUpStage, smokeTargets } from "../stages/index.ts";
import { failOnSmoke, failTogether } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";
import { describeTable } from "./table.ts";

/** `boardkit ship`: set-up, build and smoke of all targets, then the table. */
export function addShip(program: Command, edge: Edge): void {
  addRunOptions(program.command("ship").description("the main job: set-up, build and smoke of all targets, then one table")).action(
    async (options: SharedOptions, command: Command) => {
      const context = createContext(options, edge);
      const marks = [performance.now()];
      const { plan, rustc } = await setUpStage(requestOf(options, command, edge), "smoke", context);
      marks.push(performance.now());
      const results = await buildPlan(plan, rustc, context);
      marks.push(performance.now());
      const built = new Set(results.flatMap((result) => (result.manifest ? [result.target] : [])));
      const targets = plan.targets.filter(({ target }) => built.has(target.triple));
      const manifests = await smokeTargets(targets, undefined, context);
      marks.push(performance.now());
      const [setUp, build, smoke] = marks.slice(1).map((mark, index) => (mark - (marks[index] ?? mark)) / 1000) as [number, number, number];
      if (options.json)
        print(JSON.stringify({ schema: 1, targets: manifests, skipped: plan.skipped, seconds: { setUp, build, smoke } }, null, 2));
      else
        print(
          `${describeTable(manifests, plan.skipped)}\n\nset-up ${formatSeconds(setUp)}, build ${formatSeconds(build)}, smoke ${formatSeconds(smoke)}`,
        );
      failTogether(results);
      failOnSmoke(manifests);
    },
  );
}
