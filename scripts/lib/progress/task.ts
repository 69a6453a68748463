// A step that runs, and its text: the same on a terminal and in a log.
import { formatSeconds, type Count, type Progress } from "../reporter.ts";

export type Task = {
  step: string;
  subject: string;
  progress: Progress;
  /** Seconds of work until now, without waiting. */
  worked(): number;
  /** Seconds of waiting until now. */
  waited(): number;
  /** Seconds that the step took in an earlier run. */
  estimate?: number;
};

/** The items of a stage, of which some have ended. */
export type Items = { unit: string; done: number; of: number };

/** `… build aarch64-unknown-linux-gnu 60s of about 1m 50s, 112 of 151 units: grid-opa, regorus`. */
export function describeTask(task: Task, widths: { step: number; subject: number } = { step: 0, subject: 0 }): string {
  const { step, subject, progress, estimate } = task;
  const name = `… ${step.padEnd(widths.step)} ${subject.padEnd(widths.subject)}`;
  if (progress.waitingFor !== undefined) return `${name} ${wholeSeconds(task.waited())}, waiting for ${progress.waitingFor}`;
  const far = [progress.count && describeCount(progress.count), progress.phase].filter(Boolean).join(": ");
  return [`${name} ${timeOf(task.worked(), estimate)}`, far].filter(Boolean).join(", ");
}

/** `3 of 8 targets, 4m 10s`. */
export function describeTotal(items: Iterable<Items>, seconds: number, expected?: number): string {
  const counts = [...items].map(({ done, of, unit }) => `${done} of ${of} ${unit}`);
  return [...counts, timeOf(seconds, expected)].join(", ");
}

function describeCount({ done, of, unit }: Count): string {
  if (unit !== "bytes") return [done, ...(of === undefined ? [] : ["of", of]), unit].join(" ");
  const millions = (bytes: number) => (bytes / 1e6).toFixed(1);
  return [millions(done), ...(of === undefined ? [] : ["of", millions(of)]), "MB"].join(" ");
}

/** `60s`, or `60s of about 1m 50s`; an estimate that has passed says nothing any more. */
function timeOf(seconds: number, expected = 0): string {
  return [wholeSeconds(seconds), ...(expected > seconds ? [`of about ${wholeSeconds(expected)}`] : [])].join(" ");
}

/** `62s`, `1m 50s`: a line that changes each second has no tenths. */
function wholeSeconds(seconds: number): string {
  return seconds < 100 ? `${Math.floor(seconds)}s` : formatSeconds(seconds);
}
