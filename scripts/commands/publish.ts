import { runStages } from "../stages/pipeline.ts";
import type { Define } from "./command.ts";
import { createContext, requestOf } from "./shared.ts";

/** `boardkit publish`: dist/npm into the registry that npm is configured for. */
export const definePublish: Define = (command, edge) => {
  command
    .description("publish the packages of dist/npm, the root package last; packages that the registry has are skipped")
    .argument("[options...]", "options of npm, behind --: -- --tag next")
    .action(async (npmOptions: string[]) => {
      await runStages(["publish"], { ...requestOf({}, command, edge), npmOptions }, createContext({}, edge));
    });
};
