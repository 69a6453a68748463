// `boardkit rego check`: whether policies parse and compile, as `opa check` reports it.
import { Command } from "commander";
import type { Edge } from "../command.ts";
import { folderOf, print } from "../shared.ts";
import { describeFaults, faultsJson } from "./faults.ts";
import { loadGrid } from "./grid.ts";
import { loadEngine, PolicyErrors } from "./load.ts";
import { addLoadOptions, formatOption, type LoadOptions, maxErrorsOption, versionOf, type WatchOption, watchOption } from "./options.ts";
import { printError, runWatched } from "./watch.ts";

type Options = LoadOptions & WatchOption & { format: "pretty" | "json"; maxErrors: number };

export function addCheck(parent: Command, edge: Edge): void {
  addLoadOptions(parent.command("check"))
    .description("check policies for errors, with the engine that will run them; prints nothing if there are none")
    .argument("<paths...>", "policies, or folders of policies")
    .addOption(formatOption(["pretty", "json"], "pretty"))
    .addOption(maxErrorsOption())
    .addOption(watchOption())
    .action(async (paths: string[], options: Options, command: Command) => {
      const cwd = folderOf(command);
      const grid = await loadGrid(cwd);
      const sources = options.bundle ? { paths: [], bundles: paths } : { paths, bundles: [] };
      await runWatched({ paths, cwd, watch: options.watch, signal: edge.signal }, async () => {
        try {
          // OPA checks data only as a part of bundles.
          const ignore = options.bundle ? options.ignore : [...options.ignore, "*.json", "*.yaml", "*.yml"];
          await loadEngine(grid, { ...sources, ignore, version: versionOf(options) }, cwd);
          if (options.format === "json") print("{}");
          return 0;
        } catch (error) {
          if (!(error instanceof PolicyErrors)) throw error;
          printError(options.format === "json" ? faultsJson(error, options.maxErrors) : describeFaults(error, options.maxErrors));
          return 1;
        }
      });
    });
}
