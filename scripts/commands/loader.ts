import type { Command } from "commander";
import { loaderStage } from "../stages/index.ts";
import { createContext, type Edge, print, requestOf } from "./shared.ts";

/** `boardkit loader`: the loader, for those who work on a package whose own code calls it. */
export function addLoader(program: Command, edge: Edge): void {
  program
    .command("loader")
    .description("write the loader into the folder that boardkit.loader names, to develop with; package writes the one to publish")
    .action(async (_options: object, command: Command) => {
      const request = requestOf({ target: [], profile: "standard", builder: "auto" }, command, edge);
      print(await loaderStage(request, createContext({}, edge)));
    });
}
