import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { failOnSmoke } from "./output/failures.ts";
import { describeTable } from "./output/table.ts";
import { addPoolOptions, createContext, jsonOption, print, requestOf, type SharedOptions, targetOption } from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json" | "jobs" | "force"> & { addon?: string };

/** `boardkit smoke`: runs built addons under QEMU. */
export const defineSmoke: Define = (command, edge) => {
  addPoolOptions(command.addOption(targetOption()).addOption(jsonOption()))
    .option("--addon <file>", "a .node file, instead of the built one; requires one --target")
    .action(async (options: Options) => {
      const request = { ...requestOf(options, command, edge), ...(options.addon ? { addon: options.addon } : {}) };
      const tested = need(await runStages(["smoke"], request, createContext(options, edge)), "tested");
      print(options.json ? JSON.stringify({ schema: 2, targets: tested }, null, 2) : describeTable(tested, []));
      failOnSmoke(tested);
    });
};
