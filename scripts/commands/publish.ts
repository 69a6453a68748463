import type { Command } from "commander";
import { publishStage } from "../stages/index.ts";
import { createContext, type Edge } from "./shared.ts";

/** `boardkit publish`: what was packed, into the registry that npm is configured for. */
export function addPublish(program: Command, edge: Edge): void {
  program
    .command("publish")
    .description("publish what was packed, the root package last; what the registry has already is left out")
    .argument("[options...]", "options of npm, behind --: -- --tag next")
    .action(async (options: string[], _flags: object, command: Command) => {
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      await publishStage(cwd, options, createContext({}, edge));
    });
}
