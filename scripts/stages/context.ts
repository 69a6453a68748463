// What every stage gets: where things are, how to report, and the signal that an interrupt sets.
import type { Reporter } from "../lib/reporter.ts";
import type { Registry } from "../model/registry.ts";

export type Context = {
  registry: Registry;
  cache: string;
  reporter: Reporter;
  signal: AbortSignal;
  /** How many targets are worked on side by side. */
  jobs: number;
  /** Go on with the other targets when one fails. */
  keepGoing: boolean;
  /** Run steps even if nothing changed. */
  force: boolean;
};
