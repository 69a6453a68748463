import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { benchEngine } from "../bench-engine/run.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev bench-engine`: decisions of @boardkit/grid beside OPA, which it builds. */
export function addBenchEngine(program: Command, edge: Edge): void {
  program
    .command("bench-engine")
    .description("time decisions of @boardkit/grid beside OPA over HTTP and in WebAssembly, and beside regorus; print missed goals")
    .action(async () => {
      const { cache, signal, reporter } = createContext({}, edge);
      const grid = pathToFileURL(join(packageRoot, "bindings/node/lib/index.js")).href;
      print(await benchEngine({ grid, cache, searchPath: edge.env.PATH ?? "", signal, reporter }));
    });
}
