import type { Reporter } from "../../../scripts/lib/reporter.ts";
import type { Redis } from "./redis.ts";

/** The parts of the benchmark, in the order of the result. */
export const PARTS = ["calls", "workers", "rust", "hits", "memory", "pauses"] as const;
export type Part = (typeof PARTS)[number];

/** The parameters of every part of the benchmark. */
export type Place = {
  /** URL of the entry of @boardkit/grid. */
  grid: string;
  redis: Redis | undefined;
  /** Rounds of each measurement; figures are their medians. */
  repeats: number;
  /** Capacities of the caches, in entries. */
  capacities: number[];
  signal: AbortSignal;
  reporter: Reporter;
};
