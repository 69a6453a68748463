import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { DeployReport } from "../../model/deploy/report.ts";
import { createReleases, deployHost } from "../../stages/deploy/deploy-host.ts";
import { deployFleet } from "../../stages/deploy/fleet.ts";
import type { Define } from "../command.ts";
import { describeDeploy } from "../output/deploy-text.ts";
import { createContext, folderOf, parseCount, print } from "../shared.ts";
import { addHostOptions, failOnHosts, readApp, type HostOptions } from "./app.ts";

type Options = HostOptions & { dryRun: boolean; envFile?: string; parallel?: number; canary?: number; maxFailures?: number };

/** `boardkit deploy`: sends the program to boards, runs it there as a service, and returns to the release before if it fails. */
export const defineDeploy: Define = (command, edge) => {
  addHostOptions(command)
    .description("send the program to boards over ssh, run it as a service, and return to the release before if it is not healthy")
    .option("--dry-run", "print what would be sent, and what the board has; change nothing but its lock", false)
    .option(
      "--env-file <file>",
      "also replace the file of variables on the board that only root reads; its lines are NAME=value",
      parsePath,
    )
    .option("--parallel <n>", "hosts at a time, instead of boardkit.deploy.parallel", parseCount(1, 256))
    .option("--canary <n>", "hosts that get the release first, instead of boardkit.deploy.canary", parseCount(0, 1000))
    .option("--max-failures <n>", "failed hosts after which no further one begins", parseCount(1, 10_000))
    .addHelpText(
      "after",
      "\nThe release has what npm packs, the production dependencies for the board's platform, and the built addon. Only changed files are\nsent. Whatever fails, also the power or the link, the board runs the release before: docs/deploy.md.",
    )
    .action(async (given: string[], options: Options) => {
      const context = createContext({ json: options.json }, edge);
      const { app, hosts } = await readApp(given, options, command, edge);
      const { parallel, canary, maxFailures } = options;
      const fleet = {
        parallel: parallel ?? app.settings.parallel,
        canary: canary ?? app.settings.canary,
        maxFailures: maxFailures ?? app.settings.maxFailures,
      };
      const envFile = options.envFile === undefined ? {} : { envFile: resolve(folderOf(command), options.envFile) };
      const releases = createReleases(app, context);
      const work = (host: (typeof hosts)[number]) => deployHost(host, app, releases, { dryRun: options.dryRun, ...envFile }, context);
      // The error for a single host is printed with all that it says.
      const [only] = hosts;
      const results =
        hosts.length === 1 && only && !options.json ? [await work(only)] : await deployFleet(hosts, fleet, work, context.signal);
      print(options.json ? JSON.stringify({ schema: 1, hosts: results } satisfies DeployReport, null, 2) : describeDeploy(results));
      failOnHosts(results);
    });
};

function parsePath(value: string): string {
  if (value === "") throw new InvalidArgumentError("expected a file.");
  return value;
}
