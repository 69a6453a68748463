import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { failOnSmoke } from "./output/failures.ts";
import { describeTable } from "./output/table.ts";
import {
  addPoolOptions,
  createContext,
  type Extras,
  extrasOf,
  jsonOption,
  print,
  requestOf,
  runtimesOption,
  rustTestsOption,
  type SharedOptions,
  targetOption,
} from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json" | "jobs" | "force"> & Extras & { addon?: string };

/** `boardkit smoke`: runs built addons under QEMU. */
export const defineSmoke: Define = (command, edge) => {
  addPoolOptions(command.addOption(targetOption()).addOption(jsonOption()))
    .addOption(rustTestsOption())
    .addOption(runtimesOption())
    .option("--addon <file>", "a .node file, instead of the built one; requires one --target")
    .action(async (options: Options) => {
      const { addon } = options;
      const request = { ...requestOf(options, command, edge), ...(addon ? { addon } : {}), ...extrasOf(options) };
      const tested = need(await runStages(["smoke"], request, createContext(options, edge)), "tested");
      print(options.json ? JSON.stringify({ schema: 2, targets: tested }, null, 2) : describeTable(tested, []));
      failOnSmoke(tested);
    });
};
