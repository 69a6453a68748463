import { showLog } from "../../stages/deploy/operations.ts";
import type { Define } from "../command.ts";
import { createContext, parseCount } from "../shared.ts";
import { addSshOptions, readApp, type HostOptions } from "./app.ts";

type Options = Omit<HostOptions, "json"> & { follow: boolean; lines: number };

/** `boardkit logs`: the log of the service on one board. */
export const defineLogs: Define = (command, edge) => {
  addSshOptions(command)
    .description("print the log of the service on a board")
    .argument("<host>", "a host of boardkit.deploy.hosts, or one as ssh takes it")
    .option("-f, --follow", "go on with new lines, until an interrupt", false)
    .option("-n, --lines <n>", "number of last lines", parseCount(1, 100_000), 100)
    .action(async (given: string, options: Options) => {
      const { app, hosts } = await readApp([given], options, command, edge);
      const write = (text: string) => void process.stdout.write(text);
      const { lines, follow } = options;
      for (const host of hosts) await showLog(host, app, { lines, follow, write }, createContext({}, edge));
    });
};
