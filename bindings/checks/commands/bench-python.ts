import type { Command } from "commander";
import { benchPython, pythonText } from "../bench-python/run.ts";
import { createContext, jsonOption, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev bench-python`: boardkit_grid beside others; it fetches OPA and Redis. */
export function addBenchPython(program: Command, edge: Edge): void {
  program
    .command("bench-python")
    .description("time boardkit_grid beside OPA over HTTP, Redis and caches from PyPI, and measure its memory")
    .addOption(jsonOption())
    .action(async ({ json }: { json: boolean }) => {
      const figures = await benchPython(edge.env.PATH ?? "", createContext({}, edge));
      print(json ? JSON.stringify({ schema: 1, figures }, null, 2) : pythonText(figures));
    });
}
