// Publishes the packed packages to a registry of its own, and installs them on all hosts.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Context } from "../../stages/context.ts";
import { checkNpm } from "../../stages/publish/npm.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { listHosts, type HostTarget } from "./hosts.ts";
import { managers } from "./managers.ts";
import { installOn, type Row, type Setting } from "./matrix.ts";
import { fixAll, type Fixed } from "./fixes.ts";
import { writeCommands } from "./project.ts";
import { startRegistry } from "./registry.ts";

export type Installed = { rows: Row[]; fixed: Fixed[]; skipped: string[] };

/** Installs the packages of dist/npm; only rows whose platform, package manager or scenario contains `only`. */
export async function testInstalls(project: Project, targets: HostTarget[], only: string, context: Context): Promise<Installed> {
  const { reporter, signal } = context;
  const scripts = await fetchManagers(context);
  const folder = await mkdtemp(join(tmpdir(), "boardkit-install-"));
  const registry = await startRegistry(join(folder, "registry"));
  try {
    const userconfig = join(folder, "npmrc");
    await writeFile(userconfig, `//${new URL(registry.url).host}/:_authToken=anonymous\n`);
    const publish = await checkNpm(project, ["--registry", registry.url, "--userconfig", userconfig, "--access", "public"], context);
    await publish();
    const setting: Setting = { name: project.name, version: project.version, registry: registry.url, folder, scripts, signal };
    const { hosts, skipped } = await listHosts(targets, folder);
    const rows: Row[] = [];
    for (const host of hosts) {
      for (const manager of managers) {
        if (!`${host.name} ${manager.id}`.includes(only)) continue;
        // Yarn 1 has no option and no setting for the platform.
        if (host.forced && manager.id === "yarn-classic") continue;
        const started = performance.now();
        const row = await installOn(host, manager, setting);
        rows.push(row);
        const seconds = (performance.now() - started) / 1000;
        if (row.good) reporter.done("install", `${row.host} ${row.manager}`, seconds);
        else reporter.failed("install", `${row.host} ${row.manager}`, seconds, row.result);
      }
    }
    const fixed: Fixed[] = [];
    for (const manager of managers)
      await writeCommands(join(folder, "commands", manager.id), process.execPath, { [manager.command]: scripts[manager.id] ?? "" });
    for await (const one of fixAll(setting, only, (id) => join(folder, "commands", id))) {
      fixed.push(one);
      if (one.good) reporter.done("fix", one.name, one.seconds);
      else reporter.failed("fix", one.name, one.seconds, `${one.before.text}\nthen: ${one.after.text}`);
    }
    return { rows, fixed, skipped };
  } finally {
    await registry.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The scripts of the package managers; missing ones are fetched. */
async function fetchManagers(context: Context): Promise<Record<string, string>> {
  const { cache, registry } = context;
  const ids = managers.map(({ id }) => id);
  await fetchItems(ids, context);
  return Object.fromEntries(ids.map((id) => [id, provided(cache, getToolchain(registry, id), "cli")]));
}
