import type { Reporter } from "../../../scripts/lib/reporter.ts";
import type { Redis } from "./redis.ts";

/** The parts of the benchmark, in the order of the result. */
export const PARTS = ["calls", "workers", "rust", "hits", "memory", "pauses"] as const;
export type Part = (typeof PARTS)[number];

/** What every part of the benchmark is given. */
export type Place = {
  /** URL of the entry of @boardkit/grid. */
  grid: string;
  redis: Redis | undefined;
  /** How often each thing is measured; figures are the medians. */
  repeats: number;
  /** Of the caches, in entries. */
  capacities: number[];
  signal: AbortSignal;
  reporter: Reporter;
};
