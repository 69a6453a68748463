// Judges packages that are not installed: installs them for each system into a temporary folder, and audits them there.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditApp, type AuditAppOptions } from "../../audit/app/audit-app.ts";
import { addRefusals, mergeReports } from "../../audit/app/merge.ts";
import type { AppReport } from "../../audit/app/report.ts";
import type { Lock } from "../../audit/app/subjects.ts";
import type { Place } from "../../audit/place.ts";
import { inTemporaryFolder } from "../../lib/paths.ts";
import { inPool } from "../../lib/pool.ts";
import { reportDone } from "../../lib/reporter.ts";
import type { Context } from "../context.ts";
import type { ManagerName } from "./argument.ts";
import { showAudit } from "./audit-options.ts";
import type { Installer } from "./installer.ts";
import { installByNpm, lockByNpm } from "./npm.ts";
import { pnpmOf } from "./pnpm.ts";
import { copyProject, readProject, type Project } from "./project.ts";
import { readNpmrc } from "./npmrc.ts";
import { groupBySystem, nameOf } from "./system.ts";
import { yarnOf } from "./yarn.ts";

export type FetchOptions = {
  places: Place[];
  audit: AuditAppOptions;
  context: Context;
  /** The environment of this process. */
  env: NodeJS.ProcessEnv;
  /** Kinds of dependencies that are left out: `dev`. */
  omit: string[];
};

/** Installations at a time: each takes a processor, and 100 MB of memory. */
const MOST_AT_A_TIME = 2;

/** Judges packages of the registry by their names, with the settings of the .npmrc in `cwd`. */
export async function auditNames(names: string[], cwd: string, options: FetchOptions): Promise<AppReport> {
  const { context, env } = options;
  return inTemporaryFolder("boardkit-audit", async (folder) => {
    const npmrc = await readNpmrc(cwd);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "audited", version: "0.0.0", private: true }));
    await writeFile(join(folder, ".npmrc"), npmrc, { mode: 0o600 });
    const what = names.join(" ");
    await reportDone(context.reporter, "fetch", `versions of ${what}`, () =>
      lockByNpm(names, { folder, npmrc, env, signal: context.signal }),
    );
    return judge(what, { ...(await readProject(join(folder, "package-lock.json"))), npmrc }, "registry", folder, options);
  });
}

/** Judges what a package.json or a lockfile installs. */
export async function auditProject(path: string, options: FetchOptions): Promise<AppReport> {
  const { context, env } = options;
  return inTemporaryFolder("boardkit-audit", async (folder) => {
    const project = await readProject(path);
    if (project.lockfile !== undefined) return judge(path, project, "user", folder, options);
    const copy = await copyProject(project, join(folder, "lock"));
    const lock = await reportDone(context.reporter, "fetch", `versions of ${path}`, () =>
      lockByNpm([], { folder: copy, npmrc: project.npmrc, env, signal: context.signal }),
    );
    return judge(path, { ...project, lockfile: "package-lock.json", lock }, "registry", folder, options);
  });
}

/** Installs and audits a project for each system. */
async function judge(
  what: string,
  project: Project,
  origin: Lock["origin"],
  folder: string,
  { places, audit, context, env, omit }: FetchOptions,
): Promise<AppReport> {
  const { signal, registry, jobs } = context;
  const install = await installerOf(project, context);
  const lock: Lock = { origin, has: (name) => hasEntry(project.lock, name) };
  const groups = groupBySystem(registry, places);
  const results = await inPool(groups, { size: Math.min(jobs, MOST_AT_A_TIME), keepGoing: false }, async ({ system, places: own }) => {
    const below = join(folder, nameOf(system));
    try {
      const copy = await copyProject(project, below);
      const refusals = await reportDone(context.reporter, "fetch", `packages for ${nameOf(system)}`, () =>
        install({ folder: copy, what, lock: project.lock, isLocked: origin === "user", npmrc: project.npmrc, system, omit, env, signal }),
      );
      // A project without dependencies has no node_modules.
      await mkdir(join(copy, "node_modules"), { recursive: true });
      return addRefusals(
        await showAudit(context.reporter, `packages for ${nameOf(system)}`, (onFile) => auditApp(copy, own, { ...audit, lock, onFile })),
        refusals,
        own.map(({ name }) => name),
      );
    } finally {
      await rm(below, { recursive: true, force: true });
    }
  });
  const reports = results.map((result) => {
    if (result?.status === "rejected") throw result.reason;
    return result!.value;
  });
  return mergeReports(
    what,
    reports,
    places.map(({ name }) => name),
  );
}

const installers: Record<ManagerName, (project: Project, context: Context) => Promise<Installer>> = {
  npm: async () => installByNpm,
  pnpm: pnpmOf,
  yarn: yarnOf,
};

/** The installer for the package manager of a project. */
export function installerOf(project: Project, context: Context): Promise<Installer> {
  return installers[project.manager](project, context);
}

/** Whether a lockfile of any package manager has an entry for a package: `node_modules/a"`, `a@1.2.3:` or `/a/1.2.3:`. */
function hasEntry(lock: string, name: string): boolean {
  return lock.includes(`node_modules/${name}"`) || lock.includes(`${name}@`) || lock.includes(`/${name}/`);
}
