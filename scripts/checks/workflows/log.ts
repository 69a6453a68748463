// The JSON log of act -> its jobs and their steps. Pure.
import { stripVTControlCharacters } from "node:util";

/** A line of `act --json`; lines of its steps have no times of their own. */
type Line = {
  time: string;
  msg: string;
  job?: string;
  matrix?: Record<string, string>;
  step?: string;
  stage?: string;
  stepResult?: string;
  /** Nanoseconds. */
  executionTime?: number;
  jobResult?: string;
};

type StepRun = { name: string; result: string; seconds: number };

export type JobRun = { name: string; result: string; seconds: number; steps: StepRun[] };

/** The lines of a log; text that act does not write as JSON is a line without a job. */
export function parseLines(log: string): Line[] {
  const lines = log.split("\n").filter((line) => line !== "");
  return lines.map((line) => (line.startsWith("{") ? (JSON.parse(line) as Line) : { time: "", msg: line }));
}

/** The jobs in the order of their first lines; a job without a result was ended. A job that calls a workflow has no steps, and is none. */
export function readJobs(lines: Line[]): JobRun[] {
  const jobs = Map.groupBy(
    lines.filter(({ job }) => job !== undefined),
    nameOf,
  );
  const real = [...jobs].filter(([, own]) => own.some(({ step, jobResult }) => step !== undefined || jobResult !== undefined));
  return real.map(([name, own]) => ({
    name,
    result: own.findLast(({ jobResult }) => jobResult !== undefined)?.jobResult ?? "ended",
    seconds: (Date.parse(own.at(-1)?.time ?? "") - Date.parse(own[0]?.time ?? "")) / 1000,
    steps: own.flatMap(({ step, stepResult, executionTime }) =>
      step !== undefined && stepResult !== undefined && executionTime !== undefined
        ? [{ name: step, result: stepResult, seconds: executionTime / 1e9 }]
        : [],
    ),
  }));
}

/** The log as text: each line behind its job. */
export function describeLines(lines: Line[]): string {
  return lines
    .map((line) => `${line.job === undefined ? "" : `[${nameOf(line)}] `}${stripVTControlCharacters(line.msg).trimEnd()}\n`)
    .join("");
}

/** The name of a job, with the number that act gives to one of a matrix replaced by its values. */
function nameOf({ job = "", matrix = {} }: Line): string {
  const name = job.trim().replace(/-\d+$/, "");
  const values = Object.values(matrix).filter((value) => !name.includes(value));
  return values.length > 0 ? `${name} (${values.join(", ")})` : name;
}
