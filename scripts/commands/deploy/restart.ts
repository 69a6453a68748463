import { operate } from "../../stages/deploy/operations.ts";
import type { Define } from "../command.ts";
import { createContext, print } from "../shared.ts";
import { addHostOptions, failOnHosts, readApp, type HostOptions } from "./app.ts";

/** `boardkit restart`: the service once more. */
export const defineRestart: Define = (command, edge) => {
  addHostOptions(command)
    .description("restart the service on boards")
    .action(async (given: string[], options: HostOptions) => {
      const { app, hosts } = await readApp(given, options, command, edge);
      const results = await operate({ hosts, asResults: options.json }, app, createContext({ json: options.json }, edge), ["restart"]);
      if (options.json) print(JSON.stringify({ schema: 1, hosts: results }, null, 2));
      else for (const { host, error } of results) print(error === undefined ? `✓ ${host} was restarted` : `✗ ${host}: ${error.message}`);
      failOnHosts(results);
    });
};
