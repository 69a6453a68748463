import { operate } from "../../stages/deploy/operations.ts";
import type { Define } from "../command.ts";
import { createContext, print } from "../shared.ts";
import { addHostOptions, failOnHosts, readApp, type HostOptions } from "./app.ts";

/** `boardkit remove`: the service and its releases leave the board. */
export const defineRemove: Define = (command, edge) => {
  addHostOptions(command, "<hosts...>")
    .description("stop the service on boards, and remove it with its releases; the data folder and the file of variables stay")
    .option("--all", "remove the data folder and the file of variables too", false)
    .action(async (given: string[], options: HostOptions & { all: boolean }) => {
      const { app, hosts } = await readApp(given, options, command, edge);
      const results = await operate(
        { hosts, asResults: options.json },
        app,
        createContext({ json: options.json }, edge),
        options.all ? ["remove", "all"] : ["remove"],
      );
      if (options.json) print(JSON.stringify({ schema: 1, hosts: results }, null, 2));
      else
        for (const { host, error, warnings } of results)
          print(
            [
              error === undefined ? `✓ ${app.name} is removed from ${host}` : `✗ ${host}: ${error.message}`,
              ...warnings.map((text) => `  ! ${text}`),
            ].join("\n"),
          );
      failOnHosts(results);
    });
};
