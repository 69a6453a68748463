// `boardkit dev`: only in a checkout.
import type { CommandEntry } from "../../commands/command.ts";

export const dev: CommandEntry = {
  name: "dev",
  summary: "test, benchmark and generate: commands for the development of Boardkit",
  load: async () => (await import("./index.ts")).defineDev,
};
