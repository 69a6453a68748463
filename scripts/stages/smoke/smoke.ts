// The stage smoke: the runs of each built target under qemu-user; a run is skipped if nothing has changed.
import { chmod } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { planRuns, toolsOfRuns, type Extras } from "../../emulate/runs.ts";
import { runtimesOf } from "../../emulate/runtimes.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { findPaths } from "../../lib/glob.ts";
import { hashValue } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { whileRunning, type Running } from "../../lib/reporter.ts";
import type { Manifest, RunResult } from "../../model/report/manifest.ts";
import { distFolder } from "../../model/names.ts";
import type { PlannedRun } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { hashInputs } from "../build/execute.ts";
import { prepareProject } from "../build/prepare.ts";
import { checkArtifact } from "../audit/check.ts";
import type { Context } from "../context.ts";
import { selectBuilt, writeManifest, type Built } from "../manifest.ts";
import { runPrograms } from "../set-up/host-tools.ts";
import { basisOf, stepKey } from "../times.ts";
import { ensureTools } from "../set-up/ensure.ts";
import type { Request, Stage, State } from "../stage.ts";
import { findDifference, findReference } from "./differences.ts";
import { runProgram } from "./run.ts";

export const smoke = {
  name: "smoke",
  tools: () => ({ programs: runPrograms }),
  early: ({ plan, project, request }) => plan?.targets.flatMap(({ target }) => toolsOfRuns(target, runtimesOf(project, request))) ?? [],
  run: async (state, context) => {
    const { project, request } = state;
    const built = await findTargets(state);
    requireOneTarget(built, request);
    const runtimes = runtimesOf(project, request);
    await ensureTools({ items: built.flatMap(({ manifest }) => toolsOfRuns(manifest.target, runtimes)) }, state, context);
    if (!state.plan) await prepareProject(project, context);
    return { tested: await smokeTargets(built, project, { ...request, runtimes }, context) };
  },
} as const satisfies Stage;

/** The targets of the stage build; without it, those of the request. */
async function findTargets({ builds, project, request }: State): Promise<Built[]> {
  const dist = request.dist ?? distFolder(project.folder);
  if (!builds) return selectBuilt(dist, request.targets);
  const names = builds.flatMap(({ target, output }) => (output ? [target] : []));
  return names.length > 0 ? selectBuilt(dist, names) : [];
}

function requireOneTarget(built: Built[], { addon }: Request): void {
  if (!addon || built.length === 1) return;
  throw new BoardkitError(`--addon requires one target, and ${built.length} are chosen`, {
    code: "USAGE",
    exit: "usage",
    fix: "add --target <triple>",
  });
}

async function smokeTargets(
  built: Built[],
  project: Project,
  request: Pick<Request, "addon"> & Extras,
  context: Context,
): Promise<Manifest[]> {
  const pool = { size: context.jobs, keepGoing: true, tally: (of: number) => context.reporter.tally(of, "targets") };
  const results = await inPool(built, pool, (target) => smokeTarget(target, project, request, context));
  context.signal.throwIfAborted();
  const failure = results.find((result) => result?.status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
  return results.flatMap((result) => (result?.status === "fulfilled" ? [result.value] : []));
}

/** Runs a target. `addon` is a .node file instead of its own; the result is then not kept. */
export async function smokeTarget(
  built: Built,
  project: Project,
  { addon: replacement, rustTests, runtimes, native }: Pick<Request, "addon"> & Extras,
  context: Context,
): Promise<Manifest> {
  const { manifest, dist } = built;
  const addon = replacement ? resolve(replacement) : built.addon;
  if (!existsSync(addon))
    throw new BoardkitError(`there is no ${addon}`, { code: "NO_ADDON", exit: "usage", fix: "name a .node file with --addon" });
  await checkArtifact(addon, manifest.place, { exit: replacement ? "usage" : "failed", structureOnly: true });
  await makeExecutable(dist);
  const runs = planRuns(context.registry, manifest.target, project, { cache: context.cache, dist, addon, rustTests, runtimes, native });
  const results: RunResult[] = [];
  for (const planned of runs) {
    const previous = context.force ? undefined : manifest.smoke.find(({ kind, cpu }) => kind === planned.kind && cpu === planned.cpu);
    const node = planned.runtime === undefined ? undefined : findReference(results);
    results.push(await smokeRun(planned, { previous, node }, manifest, dist, context));
  }
  const tested = { ...manifest, smoke: results };
  if (!replacement) await writeManifest(dist, tested);
  return tested;
}

/** Gives the target's programs the execute bit, which artifacts of GitHub Actions lose. */
async function makeExecutable(dist: string): Promise<void> {
  for (const file of await findPaths(["smoke/host", "smoke/tests/*"], dist)) await chmod(join(dist, file), 0o755);
}

async function smokeRun(
  planned: PlannedRun,
  { previous, node }: { previous: RunResult | undefined; node: RunResult | undefined },
  { target, project, profile, builder }: Manifest,
  dist: string,
  context: Context,
): Promise<RunResult> {
  const { kind, cpu, standsIn } = planned;
  const step = `smoke ${kind}`;
  const subject = target.triple;
  const base = { kind, cpu, ...(standsIn ? { standsIn } : {}), passed: 0, failed: 0, seconds: 0, runtime: "" };
  if (planned.skip) {
    context.reporter.skipped(step, subject, planned.skip);
    return { ...base, outcome: "skipped", reason: planned.skip, key: "" };
  }
  const beside = node ? [node.runtime, node.passed, node.failed, node.failures] : [];
  const key = hashValue([planned.emulator, planned.program, planned.env, await hashInputs(planned.inputs), ...beside]);
  if (previous?.key === key && previous.outcome === "passed") {
    context.reporter.skipped(step, subject, "unchanged");
    return previous;
  }
  const recorded = { key: stepKey(step, subject, basisOf(project.name, profile, builder.name)) };
  const work = ({ update }: Pick<Running, "update">) =>
    runProgram(planned, join(dist, "logs"), context.signal, (phase) => update({ phase }));
  const ran = { ...base, ...(await whileRunning(context.reporter, [step, subject, recorded], work)), key };
  const result = node ? compareWith(node, ran) : ran;
  const note = `${result.passed} passed on ${cpu}, ${result.runtime}`;
  if (result.outcome === "skipped") context.reporter.skipped(step, subject, result.reason ?? "");
  else if (result.outcome === "passed") context.reporter.done(step, subject, result.seconds, note);
  else context.reporter.failed(step, subject, result.seconds, result.reason);
  return result;
}

/** The result of a runtime beside Node's: a difference is a failure, also if all cases that ran have passed. */
function compareWith(node: RunResult, ran: RunResult): RunResult {
  const difference = findDifference(ran, node);
  if (!difference) return ran;
  const reason = [difference.text, ...(ran.reason ? [ran.reason] : [])].join("\n");
  return { ...ran, outcome: "failed", differs: difference.cases, reason };
}
