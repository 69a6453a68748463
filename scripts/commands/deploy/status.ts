import { BoardkitError } from "../../lib/errors.ts";
import { statusOf } from "../../stages/deploy/operations.ts";
import type { Define } from "../command.ts";
import { describeStatus } from "../output/status-text.ts";
import { createContext, print } from "../shared.ts";
import { addHostOptions, readApp, type HostOptions } from "./app.ts";

/** `boardkit status`: what runs on boards. */
export const defineStatus: Define = (command, edge) => {
  addHostOptions(command)
    .description("show what runs on boards: release, uptime, memory beside its cap, restarts, the last failure with its reason")
    .action(async (given: string[], options: HostOptions) => {
      const { app, hosts } = await readApp(given, options, command, edge);
      const all = await statusOf({ hosts, asResults: options.json }, app, createContext({ json: options.json }, edge));
      print(options.json ? JSON.stringify({ schema: 1, hosts: all }, null, 2) : describeStatus(all));
      const named = (some: typeof all) => some.map(({ host }) => host).join(", ");
      const unknown = all.filter(({ state }) => state === undefined);
      const stopped = all.filter(({ state }) => state && state.running === undefined);
      if (stopped.length === 0 && unknown.length > 0)
        throw new BoardkitError(`there is no answer about ${app.name} from ${named(unknown)}`, {
          code: "NO_STATUS",
          fix: "the reasons are above, each with what to do",
        });
      if (stopped.length > 0)
        throw new BoardkitError(`${app.name} does not run on ${named(stopped)}`, {
          code: "NOT_RUNNING",
          fix: stopped.every(({ state }) => state?.gone !== undefined)
            ? "`boardkit deploy` sends it again: with `boardkit.deploy.volatile` it is in memory"
            : "`boardkit logs <host>` says why it has ended",
        });
    });
};
