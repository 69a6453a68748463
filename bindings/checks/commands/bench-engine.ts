import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { benchEngine } from "../bench-engine/run.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev bench-engine`: decisions of @boardkit/grid beside OPA, a check of Boardkit's own repo that builds OPA. */
export function addBenchEngine(program: Command, edge: Edge): void {
  program
    .command("bench-engine")
    .description(
      "time decisions of @boardkit/grid beside OPA over HTTP, in WebAssembly and beside the interpreter of regorus; tells which goals are missed",
    )
    .action(async () => {
      const { cache, signal, reporter } = createContext({}, edge);
      const grid = pathToFileURL(join(packageRoot, "bindings/node/lib/index.js")).href;
      print(await benchEngine({ grid, cache, searchPath: edge.env.PATH ?? "", signal, reporter }));
    });
}
