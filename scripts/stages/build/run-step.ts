// One step with its progress: skipped if nothing has changed.
import { join } from "node:path";
import { formatSeconds } from "../../lib/reporter.ts";
import type { StepRecord } from "../../model/report/manifest.ts";
import type { Step } from "../../model/plan.ts";
import type { Context } from "../context.ts";
import { stepKey } from "../times.ts";
import { executeStep, keyOf } from "./execute.ts";

export type StepRun = {
  /** Versions of the tools: a part of the key of the step. */
  key: string;
  /** Folder of the log. */
  logs: string;
  /** What the time depends on besides step and subject: project, profile, builder. */
  of: string;
  /** Text after the time of a step that has run. */
  note?: () => Promise<string | undefined>;
};

/** Steps of cargo: their time depends on how much is up to date. */
const COUNTED = new Set<Step["id"]>(["build", "tests", "wheel"]);

const textOf = (parts: (string | undefined)[]) => parts.filter(Boolean).join(", ") || undefined;

/** Runs a step of a target or of the project, and reports it. */
export async function runStep(
  step: Step,
  previous: StepRecord | undefined,
  subject: string,
  { key: tools, logs, of, note }: StepRun,
  { reporter, force, signal }: Context,
): Promise<StepRecord> {
  const key = await keyOf(step, tools);
  const started = performance.now();
  try {
    const begin = () => reporter.begin(step.id, subject, { key: stepKey(step.id, subject, of), byCount: COUNTED.has(step.id) });
    const { record, fresh, waited } = await executeStep(step, previous, { key, log: join(logs, `${step.id}.log`), force, signal, begin });
    if (fresh) reporter.skipped(step.id, subject, "unchanged");
    else
      reporter.done(
        step.id,
        subject,
        record.seconds,
        textOf([await note?.(), waited < 1 ? undefined : `waited ${formatSeconds(waited)} for a lock`]),
      );
    return record;
  } catch (error) {
    if (!signal.aborted) reporter.failed(step.id, subject, (performance.now() - started) / 1000);
    throw error;
  }
}
