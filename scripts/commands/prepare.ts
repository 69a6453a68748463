import type { Command } from "commander";
import { prepareStage } from "../stages/index.ts";
import { createContext, type Edge } from "./shared.ts";

/** `boardkit prepare`: what smoke, board and package need where dist/ was built on another machine. */
export function addPrepare(program: Command, edge: Edge): void {
  program
    .command("prepare")
    .description("make a checkout ready for smoke, board and package of what another machine built into dist/")
    .action(async (_options: object, command: Command) => {
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      await prepareStage(cwd, createContext({}, edge));
    });
}
