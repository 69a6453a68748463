// Published projects, unchanged: set-up, build and audit as in `boardkit build`, then a call of the addon.
import { BoardkitError } from "../../lib/errors.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import type { Plan, TargetPlan } from "../../model/plan.ts";
import type { Context } from "../../stages/context.ts";
import { runStages } from "../../stages/pipeline.ts";
import { need, type TargetResult } from "../../stages/stage.ts";
import { setUpPlan } from "../set-up-plan.ts";
import { observe } from "../published/run.ts";
import type { ForeignProject } from "./list.ts";
import type { ForeignRow, ForeignRun } from "./results.ts";
import { base, explained, explainedCall } from "./row.ts";
import { fetchForeign } from "./source.ts";
import { runWheels } from "./wheels.ts";
import type { Request } from "../../stages/stage.ts";

/** The targets of addons, and those of wheels: a registry serves a Python for them. */
export const TARGETS = ["aarch64-unknown-linux-musl", "arm-unknown-linux-gnueabihf", "armv7-unknown-linux-musleabihf"];
export const WHEEL_TARGETS = ["aarch64-unknown-linux-gnu", "armv7-unknown-linux-gnueabihf"];

/** Builds one project after another; an error of one does not stop the others. Without targets in the request, those above. */
export async function* runForeign(
  projects: ForeignProject[],
  request: Omit<Request, "cwd">,
  env: NodeJS.ProcessEnv,
  context: Context,
): AsyncGenerator<ForeignRow> {
  for (const project of projects) {
    const targets = request.targets.length > 0 ? request.targets : project.registry === "pypi" ? WHEEL_TARGETS : TARGETS;
    try {
      const cwd = await fetchForeign(project, context.cache, env, context.signal);
      if (project.registry === "pypi") yield* runWheels(project, { ...request, targets, cwd }, context);
      else yield* runAddons(project, { ...request, targets, cwd }, context);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof BoardkitError)) throw error;
      for (const target of targets) yield explained(project, { ...base(project, target), built: "refused" }, error);
    }
  }
}

async function* runAddons(project: ForeignProject, request: Request, context: Context): AsyncGenerator<ForeignRow> {
  const { plan } = await setUpPlan(request, context);
  const state = await runStages(["set-up", "plan", "build", "audit"], request, context);
  for (const result of need(state, "builds")) yield await rowOf(project, plan, result, context);
}

async function rowOf(
  project: ForeignProject,
  plan: Plan,
  { target, output, error }: TargetResult<Manifest>,
  context: Context,
): Promise<ForeignRow> {
  const row = base(project, target);
  if (!output) {
    const isUnfit = error instanceof BoardkitError && error.code === "ARTIFACT_UNFIT";
    return explained(project, { ...row, built: isUnfit ? "yes" : "no", ...(isUnfit ? { audit: "fails" as const } : {}) }, error);
  }
  const { artifact, audit: result } = output;
  const planned = plan.targets.find((one) => one.target.triple === target);
  if (!planned) throw new TypeError(`the plan has no ${target}, which was built`);
  const audit = result?.findings.length ?? 0;
  const built = { ...row, built: formatBytes(artifact.bytes), audit, ...(await runsOf(project, planned, context)) };
  return project.explain ? { ...built, fault: `it builds, but its entry expects ${project.explain.code}` } : built;
}

async function runsOf(
  project: ForeignProject,
  { runs, artifact, target }: TargetPlan,
  { signal }: Context,
): Promise<Pick<ForeignRow, "runs" | "fault" | "why">> {
  const observed: ForeignRun[] = [];
  const faults: string[] = [];
  for (const planned of runs) {
    const { end, program, did, reason } = await observe(planned, artifact, project, signal);
    observed.push({ program, did, cpu: planned.cpu, end });
    if (end !== "runs") faults.push(`${program}, ${did} on ${planned.cpu} ${end}: ${reason}`);
  }
  return { runs: observed, ...explainedCall(project, target.triple, faults) };
}
