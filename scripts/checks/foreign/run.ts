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
import { fetchForeign } from "./source.ts";
import type { Request } from "../../stages/stage.ts";

export type ForeignRow = {
  project: string;
  kind: string;
  target: string;
  built: string;
  audit: string;
  ran: string;
  /** An error that the project's entry does not explain. */
  fault?: string;
  /** The entry's explanation of an error. */
  why?: string;
};

/** Builds one project after another; an error of one does not stop the others. */
export async function* runForeign(
  projects: ForeignProject[],
  request: Omit<Request, "cwd">,
  env: NodeJS.ProcessEnv,
  context: Context,
): AsyncGenerator<ForeignRow> {
  for (const project of projects) {
    try {
      const cwd = await fetchForeign(project, context.cache, env, context.signal);
      const { plan } = await setUpPlan({ ...request, cwd }, context);
      const state = await runStages(["set-up", "plan", "build", "audit"], { ...request, cwd }, context);
      for (const result of need(state, "builds")) yield await rowOf(project, plan, result, context);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof BoardkitError)) throw error;
      for (const target of request.targets) yield explained(project, { ...base(project, target), built: "refused" }, error);
    }
  }
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
    return explained(project, { ...row, built: isUnfit ? "yes" : "no", ...(isUnfit ? { audit: "no" } : {}) }, error);
  }
  const { artifact, audit: result } = output;
  const planned = plan.targets.find((one) => one.target.triple === target);
  if (!planned) throw new TypeError(`the plan has no ${target}, which was built`);
  const findings = result?.findings.length ?? 0;
  const audit = findings === 0 ? "clean" : `no error, ${findings} notes and warnings`;
  const built = { ...row, built: formatBytes(artifact.bytes), audit, ...(await runsOf(project, planned, context)) };
  return project.explain ? { ...built, fault: `it builds, but its entry expects ${project.explain.code}` } : built;
}

async function runsOf(
  project: ForeignProject,
  { runs, artifact, target }: TargetPlan,
  { signal }: Context,
): Promise<Pick<ForeignRow, "ran" | "fault" | "why">> {
  const ran: string[] = [];
  const faults: string[] = [];
  for (const planned of runs) {
    const { end, host, reason } = await observe(planned, artifact, project, signal);
    ran.push(`${host} on ${planned.cpu}${end === "runs" ? "" : ` ${end}`}`);
    if (end !== "runs") faults.push(`${host} on ${planned.cpu} ${end}: ${reason}`);
  }
  return { ran: ran.join("; "), ...explainedCall(project, target.triple, faults) };
}

/** The failures of calls on a target: explained if the project's entry names all of them. */
export function explainedCall(
  { explainCall }: Pick<ForeignProject, "explainCall">,
  target: string,
  faults: string[],
): Pick<ForeignRow, "fault" | "why"> {
  const known = explainCall?.targets.includes(target) ? explainCall : undefined;
  if (faults.length === 0) return known ? { fault: `the call works, but its entry expects ${known.text}` } : {};
  return known && faults.every((fault) => fault.endsWith(known.text)) ? { why: known.why } : { fault: faults.join("; ") };
}

function base({ name, version, kind }: ForeignProject, target: string): ForeignRow {
  return { project: `${name} ${version}`, kind, target, built: "-", audit: "-", ran: "-" };
}

/** The row of an error: explained if the project's entry names that error. */
export function explained({ explain }: Pick<ForeignProject, "explain">, row: ForeignRow, error: unknown): ForeignRow {
  const { code, message, tail } =
    error instanceof BoardkitError
      ? { code: error.code, message: error.message, tail: error.details.tail ?? "" }
      : { code: "FAULT", message: String(error), tail: "" };
  const ended = { ...row, built: `${row.built}: ${code}` };
  const isKnown = explain?.code === code && `${message}\n${tail}`.includes(explain.text ?? "");
  return isKnown ? { ...ended, why: explain.why } : { ...ended, fault: message };
}
