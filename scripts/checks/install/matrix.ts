// Every host with every package manager: exactly one binary must be installed, and it must evaluate a policy.
import { join } from "node:path";
import { platformPackage } from "../../model/names.ts";
import { describeEnd, tailOf } from "../../tools/exec.ts";
import type { Host } from "./hosts.ts";
import type { Manager } from "./managers.ts";
import { checkProject, findArrived, makeProject, runNode, type Arrived } from "./project.ts";

export type Row = { host: string; manager: string; arrived: Arrived[]; result: string; good: boolean };

/** The source and the folder of the installations. */
export type Setting = {
  /** Name and version of the root package. */
  name: string;
  version: string;
  registry: string;
  folder: string;
  /** Path of each package manager's script, by its id. */
  scripts: Record<string, string>;
  signal: AbortSignal;
};

/** Installs on one host with one package manager. */
export async function installOn(host: Host, manager: Manager, setting: Setting): Promise<Row> {
  const { name, version, registry, signal } = setting;
  const folder = join(setting.folder, "projects", `${host.name}-${manager.id}`);
  await makeProject(folder, { [name]: version }, manager.files(registry, join(setting.folder, "caches"), host.forced));
  const runner = { node: host.node, env: host.env, signal };
  const row = { host: host.forced ? `${host.name} (forced)` : host.name, manager: manager.id, arrived: [] };
  const installed = await runNode(folder, [setting.scripts[manager.id] ?? "", ...manager.install(host.forced)], runner);
  if (installed.exitCode !== 0) {
    const text = tailOf(installed.stdout + installed.stderr);
    return { ...row, result: `${manager.command} ${describeEnd(installed)}: ${text}`, good: false };
  }
  const arrived = await findArrived(folder);
  const expected = platformPackage(name, host.platform);
  const isRight = manager.several ? arrived.some((one) => one.name === expected) : arrived.length === 1 && arrived[0]?.name === expected;
  const note = manager.several && arrived.length > 1 ? `; ${arrived.length} binaries: ${manager.several}` : "";
  if (!isRight) return { ...row, arrived, result: `${expected} had to be the only binary`, good: false };
  if (host.forced) return { ...row, arrived, result: "not run: no Node for it is published", good: true };
  const { ok, text } = await checkProject(folder, runner);
  return { ...row, arrived, result: text + note, good: ok };
}
