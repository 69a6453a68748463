// What cargo says about its own progress: the only place that knows how many units a build has, and which are up to date.
import type { Progress } from "../../lib/reporter.ts";

/** Makes cargo print its progress bar without a terminal. The width leaves room for the names of two or three crates. */
export const cargoProgressEnvironment = { CARGO_TERM_PROGRESS_WHEN: "always", CARGO_TERM_PROGRESS_WIDTH: "120" };

const BAR = /^\s*(\w+) \[[=> ]*\] (?:(\d+)\/(\d+)(?:: (.*?))?|(.*?))\s*$/;
const BLOCKED = /^\s*Blocking waiting for file lock on (.*?)\s*$/;

/**
 * Reads a line of cargo's output: `Building [==> ] 112/151: grid-opa, regorus`, `Blocking waiting for file lock on build directory`. Other
 * lines say nothing about progress. A unit is what cargo counts: a crate, its build script, or the run of that.
 */
export function readCargoProgress(line: string): Progress | undefined {
  const [, blocked] = BLOCKED.exec(line) ?? [];
  if (blocked !== undefined) return { waitingFor: `cargo's lock on the ${blocked}` };
  const [, verb, done, of, names, other] = BAR.exec(line) ?? [];
  if (verb === undefined) return undefined;
  if (of === undefined) return { phase: [verb.toLowerCase(), other].filter(Boolean).join(" ") };
  return { count: { done: Number(done), of: Number(of), unit: "units" }, ...(names ? { phase: names } : {}) };
}

/** Whether a line is only part of cargo's progress bar, which a log does not keep. */
export function isCargoBar(line: string): boolean {
  return BAR.test(line);
}
