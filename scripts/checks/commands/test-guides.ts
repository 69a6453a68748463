import type { Command } from "commander";
import { testGuides } from "../guides/run.ts";
import { endTests } from "./test.ts";
import { createContext } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test-guides`: runs the commands of the guides, as a reader types them. */
export function addTestGuides(program: Command, edge: Edge): void {
  program
    .command("test-guides")
    .description("run every command of the guides in docs/, on copies of this checkout and of small projects, and on an emulated board")
    .option("--only <text>", "only commands that contain this text, or whose page name does", "")
    .action(async ({ only }: { only: string }) => {
      endTests(await testGuides(only, edge.env.PATH ?? "", createContext({}, edge)), "");
    });
}
