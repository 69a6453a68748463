import { runStages } from "../stages/pipeline.ts";
import type { Define } from "./command.ts";
import { createContext, requestOf } from "./shared.ts";

/** `boardkit publish`: publishes dist/npm to npm's configured registry. */
export const definePublish: Define = (command, edge) => {
  command
    .description("publish the packages of dist/npm, the root package last; skip packages that the registry already has")
    .argument("[options...]", "options for npm after --, for example: -- --tag next")
    .action(async (npmOptions: string[]) => {
      await runStages(["publish"], { ...requestOf({}, command, edge), npmOptions }, createContext({}, edge));
    });
};
