// What the commands about deployed apps share: their options, the app of the project, the hosts.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { canonicalPath } from "../../lib/paths.ts";
import { chooseHosts, type DeployHost } from "../../model/deploy/hosts.ts";
import type { HostResult } from "../../model/deploy/report.ts";
import { deploySettings } from "../../model/deploy/settings.ts";
import { readPackageJson, readSettings } from "../../model/project.ts";
import type { App } from "../../stages/deploy/board/connect.ts";
import { isFailed } from "../../stages/deploy/fleet.ts";
import { readTool } from "../../target-side/deploy/scripts.ts";
import type { Edge } from "../command.ts";
import { folderOf, jsonOption } from "../shared.ts";

export type HostOptions = { trust: boolean; sshConfig?: string; json: boolean };

/** Adds the hosts, and the options of ssh. */
export function addHostOptions(command: Command, argument = "[hosts...]"): Command {
  const without = argument.startsWith("[") ? "; without one all of boardkit.deploy.hosts" : "";
  return addSshOptions(command)
    .argument(argument, `hosts or groups of boardkit.deploy.hosts, or hosts as ssh takes them${without}`)
    .addOption(jsonOption());
}

/** Adds the options of ssh. */
export function addSshOptions(command: Command): Command {
  return command
    .option("--trust", "accept and keep the key of a host that is not known yet", false)
    .option("--ssh-config <file>", "configuration of ssh, instead of ~/.ssh/config");
}

/** The app of the project in --cwd, and the hosts of the arguments. */
export async function readApp(
  given: string[],
  options: Omit<HostOptions, "json">,
  command: Command,
  edge: Edge,
): Promise<{ app: App; hosts: DeployHost[] }> {
  const cwd = folderOf(command);
  const project = canonicalPath(cwd);
  if (!existsSync(join(project, "package.json")))
    throw new BoardkitError("there is no package.json", {
      code: "NO_PROJECT",
      exit: "usage",
      place: project,
      fix: "name the folder of the program with --cwd; `npm init --yes` makes a package.json",
    });
  const settings = deploySettings.parse(readSettings(project).deploy ?? {});
  const config = options.sshConfig === undefined ? undefined : resolve(cwd, options.sshConfig);
  const name = settings.name ?? nameOf(readPackageJson(project).name);
  const app: App = { name, project, settings, ssh: { config, trust: options.trust }, env: edge.env, tool: readTool() };
  return { app, hosts: chooseHosts(given, settings) };
}

/** The error with exit code 1 if a host has failed. */
export function failOnHosts(results: HostResult[]): void {
  const failed = results.filter(isFailed);
  if (failed.length === 0) return;
  const skipped = results.filter(({ outcome }) => outcome === "skipped").length;
  const [first] = failed;
  const { code = "DEPLOY_FAILED", fix } = (failed.length === 1 && first?.error) || {};
  const message =
    results.length === 1 && first?.error
      ? `${first.outcome === "returned" ? `${first.host} does not run the release: ` : ""}${first.error.message}`
      : `${failed.length} of ${results.length} hosts have failed${skipped > 0 ? `, and ${skipped} were not begun` : ""}`;
  throw new BoardkitError(message, {
    code,
    fix: fix ?? "the lines of each host say why; call again when that is fixed: hosts that have succeeded are left as they are",
  });
}

/** A name of a service, from the name of a package. */
function nameOf(name: string | undefined): string {
  const short = (name ?? "").replace(/^@[^/]*\//, "");
  if (/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(short)) return short;
  throw new BoardkitError(name === undefined ? "package.json has no name" : `${name} is no name for a service`, {
    code: "USAGE",
    exit: "usage",
    fix: 'name the service: "boardkit": {"deploy": {"name": "kitchen"}}',
  });
}
