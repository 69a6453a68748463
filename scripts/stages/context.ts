// The context of all stages: data, cache folder, reporter, options, and the signal that an interrupt aborts.
import type { Times } from "../lib/progress/times.ts";
import type { Reporter } from "../lib/reporter.ts";
import type { Registry } from "../model/registry.ts";

export type Context = {
  registry: Registry;
  cache: string;
  reporter: Reporter;
  /** Times of earlier runs. */
  times: Times;
  signal: AbortSignal;
  /** Number of targets to process in parallel. */
  jobs: number;
  /** Continue with the other targets when one fails. */
  keepGoing: boolean;
  /** Run steps even if nothing changed. */
  force: boolean;
};
