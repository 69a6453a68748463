// One step with its progress: skipped if nothing has changed.
import { join } from "node:path";
import type { StepRecord } from "../../model/report/manifest.ts";
import type { Step } from "../../model/plan.ts";
import type { Context } from "../context.ts";
import { executeStep, keyOf } from "./execute.ts";

export type StepRun = {
  /** Versions of the tools: a part of the key of the step. */
  key: string;
  /** Folder of the log. */
  logs: string;
  /** Text after the time of a step that has run. */
  note?: () => Promise<string | undefined>;
};

/** Runs a step of a target or of the project, and reports it. */
export async function runStep(
  step: Step,
  previous: StepRecord | undefined,
  subject: string,
  { key: tools, logs, note }: StepRun,
  { reporter, force, signal }: Context,
): Promise<StepRecord> {
  const key = await keyOf(step, tools);
  const started = performance.now();
  try {
    const { record, fresh } = await executeStep(step, previous, { key, log: join(logs, `${step.id}.log`), force, signal });
    if (fresh) reporter.skipped(step.id, subject, "unchanged");
    else reporter.done(step.id, subject, record.seconds, await note?.());
    return record;
  } catch (error) {
    if (!signal.aborted) reporter.failed(step.id, subject, (performance.now() - started) / 1000);
    throw error;
  }
}
