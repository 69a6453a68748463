import { measureBusy } from "../lib/processors.ts";
import { formatSeconds } from "../lib/reporter.ts";
import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { failOnSmoke, failTogether } from "./output/failures.ts";
import { describeTable } from "./output/table.ts";
import { writeProjectReport } from "./output/write-report.ts";
import {
  addRunOptions,
  createContext,
  type Extras,
  extrasOf,
  print,
  requestOf,
  runtimesOption,
  rustTestsOption,
  type SharedOptions,
} from "./shared.ts";

/** `boardkit ship`: set-up, build, audit and smoke of all targets, then the table. */
export const defineShip: Define = (command, edge) => {
  addRunOptions(command)
    .description("set up, build, audit and smoke-test all targets, then print one table")
    .addOption(rustTestsOption())
    .addOption(runtimesOption())
    .action(async (options: SharedOptions & Extras) => {
      const busy = measureBusy();
      const state = await runStages(
        ["set-up", "plan", "build", "audit", "smoke"],
        { ...requestOf(options, command, edge), announce: true, ...extrasOf(options) },
        createContext(options, edge),
      );
      const [plan, builds, tested] = [need(state, "plan"), need(state, "builds"), need(state, "tested")];
      const { "set-up": setUp = 0, build = 0, audit = 0, smoke = 0 } = state.seconds;
      const seconds = { setUp, build, audit, smoke };
      const times = `set-up ${formatSeconds(setUp)}, build ${formatSeconds(build)}, audit ${formatSeconds(audit)}, smoke ${formatSeconds(smoke)}; ${busy()}`;
      if (options.json) print(JSON.stringify({ schema: 2, targets: tested, skipped: plan.skipped, seconds }, null, 2));
      else print(`${describeTable(tested, plan.skipped)}\n\n${times}`);
      const line = await writeProjectReport(state.project, edge);
      if (!options.json) print(line);
      failTogether(builds);
      failOnSmoke(tested);
    });
};
