// One run of a workflow on this machine, from clean clones.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import type { Context } from "../../stages/context.ts";
import { describeEnd, run } from "../../tools/exec.ts";
import { actCommand, actEnvironment, addNode, standInOf, STANDING_IN } from "./act.ts";
import { describeLines, parseLines, readJobs, type JobRun } from "./log.ts";
import { actionsOf, addRepository, findAction, type Repository } from "./repositories.ts";
import { OWN_REPOSITORY, type Scenario } from "./scenarios.ts";
import { clearArtifacts, inWorld, type World } from "./world.ts";

export type Options = {
  /** Folder of clones of the actions. */
  actions: string;
  targets: string[];
  /** Environment of this process. */
  env: NodeJS.ProcessEnv;
};

/** A push, and what its run did. */
type Pushed = { title: string; jobs: JobRun[]; faults: string[]; log: string };

export type Result = { pushes: Pushed[]; standIns: string[] };

/** Runs a scenario in a folder that is removed afterwards, up to the first push with faults; the logs are in dist/logs/workflows. */
export function runScenario(scenario: Scenario, options: Options, context: Context): Promise<Result> {
  return inWorld(options.env, context, (world) => runIn(world, scenario, options, context));
}

async function runIn(world: World, scenario: Scenario, options: Options, context: Context): Promise<Result> {
  const { signal } = context;
  const { targets } = options;
  const grid = readProject(packageRoot).version;
  const env = await actEnvironment(world, await addNode(world, context), options.env, context);
  const own = await addRepository(world.folder, OWN_REPOSITORY, { folder: packageRoot, tags: [`v${grid}`], targets }, signal);
  const created = await scenario.create?.(world, targets, context);
  const version = scenario.version ?? grid;
  const repository = created
    ? await addRepository(world.folder, scenario.repository, { folder: created, tags: [`v${version}`], targets }, signal)
    : own;
  const repositories = [...new Set([own, repository])];
  const path = `.github/workflows/${scenario.workflow}`;
  const uses = actionsOf(path, repository, repositories);
  const { local, standIns } = await findFolders(world, repositories, uses, grid, options.actions, signal);
  const all = [...new Set([...STANDING_IN, ...repositories.flatMap((one) => one.standIns), ...standIns])];
  const pushes: Pushed[] = [];
  for (const { title, ref, check } of scenario.pushes) {
    const planned = {
      repository,
      workflow: scenario.workflow,
      ref: ref(version),
      local,
      ...(scenario.job ? { job: scenario.job.id } : {}),
    };
    const log = join(packageRoot, "dist/logs/workflows", `${scenario.name}-${title.replaceAll(" ", "-")}.log`);
    await clearArtifacts(world);
    const outcome = await run({ argv: await actCommand(world, planned, context), env, log: `${log}.jsonl`, signal });
    const lines = parseLines(outcome.stdout);
    await writeFile(log, `${describeLines(lines)}${outcome.stderr}`);
    const jobs = readJobs(lines);
    report(title, jobs, context);
    const faults = outcome.exitCode === 0 ? await check({ world, version, targets }) : [`act ${describeEnd(outcome)}`];
    pushes.push({ title, jobs, faults, log });
    if (faults.length > 0) break;
  }
  return { pushes, standIns: all };
}

function report(title: string, jobs: JobRun[], { reporter }: Context): void {
  for (const { name, result, seconds } of jobs) {
    if (result === "success") reporter.done(title, name, seconds);
    else if (result === "skipped") reporter.skipped(title, name, "by its condition");
    else reporter.failed(title, name, seconds, result);
  }
}

/** The folders of the repositories and of actions, by `owner/name@ref`. */
async function findFolders(
  world: World,
  repositories: Repository[],
  uses: string[],
  version: string,
  actions: string,
  signal: AbortSignal,
): Promise<{ local: Map<string, string>; standIns: string[] }> {
  const local = new Map<string, string>();
  const standIns: string[] = [];
  for (const { repository, commit, folder } of repositories)
    for (const ref of [commit, `v${version}`]) local.set(`${repository}@${ref}`, folder);
  for (const name of new Set(uses)) {
    const { folder, standIn } = standInOf(name) ?? (await findAction(world.folder, name, actions, signal));
    local.set(name, folder);
    if (standIn) standIns.push(standIn);
  }
  return { local, standIns };
}
