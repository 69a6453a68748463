import { rollBack } from "../../stages/deploy/operations.ts";
import type { Define } from "../command.ts";
import { describeDeploy } from "../output/deploy-text.ts";
import { createContext, print } from "../shared.ts";
import { addHostOptions, failOnHosts, readApp, type HostOptions } from "./app.ts";

/** `boardkit rollback`: the release before the running one. */
export const defineRollback: Define = (command, edge) => {
  addHostOptions(command)
    .description("run the release before the running one again; nothing is sent, and an unhealthy one is given up as in a deploy")
    .action(async (given: string[], options: HostOptions) => {
      const { app, hosts } = await readApp(given, options, command, edge);
      const results = await rollBack({ hosts, asResults: options.json }, app, createContext({ json: options.json }, edge));
      print(options.json ? JSON.stringify({ schema: 1, hosts: results }, null, 2) : describeDeploy(results));
      failOnHosts(results);
    });
};
