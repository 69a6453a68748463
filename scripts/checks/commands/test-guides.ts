import type { Command } from "commander";
import { testGuides } from "../guides/run.ts";
import { endTests } from "./test.ts";
import { createContext, type Edge } from "../../commands/shared.ts";

/** `boardkit test-guides`: the commands of the guides, as a reader types them; a check of Boardkit's own repo. */
export function addTestGuides(program: Command, edge: Edge): void {
  program
    .command("test-guides", { hidden: true })
    .description("run every command of the guides in docs: on copies of this checkout and of small projects, and on an emulated board")
    .option("--only <text>", "only the commands that contain this text, or whose page does", "")
    .action(async ({ only }: { only: string }) => {
      endTests(await testGuides(only, edge.env.PATH ?? "", createContext({}, edge)), "");
    });
}
