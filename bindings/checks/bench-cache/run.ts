// The benchmark of the cache: a table for each part, and the goals.
import { availableParallelism, loadavg } from "node:os";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { type Goal, goalRows } from "../bench/goals.ts";
import { callTable, timeCalls } from "./calls.ts";
import { type Figures, goalsOf } from "./goals.ts";
import { findHits, hitTable } from "./hits.ts";
import { measureMemory, memoryTable } from "./memory.ts";
import { measurePauses, pauseTable } from "./pauses.ts";
import type { Part, Place } from "./place.ts";
import { startRedis } from "./redis.ts";
import { rustTable, timeRust } from "./rust.ts";
import { timeWorkers, workerTable } from "./workers.ts";

export type Choice = Pick<Place, "grid" | "repeats" | "capacities"> & { parts: readonly Part[]; redis: boolean };
/** All figures, and the machine. */
export type CacheBench = Figures & {
  schema: 1;
  machine: { processors: number; load: number; node: string; redis: string | undefined };
  repeats: number;
  goals: Goal[];
};

/** Runs the chosen parts. */
export async function benchCache({ redis: withRedis, parts, ...choice }: Choice, context: Context): Promise<CacheBench> {
  const { reporter, signal } = context;
  const isChosen = (part: Part) => parts.includes(part);
  const needed = withRedis && (isChosen("calls") || isChosen("workers"));
  const redis = needed ? await startRedis(context) : undefined;
  try {
    const place: Place = { ...choice, redis, reporter, signal };
    const figures: Figures = {
      ...(isChosen("calls") && { calls: await timeCalls(place) }),
      ...(isChosen("workers") && { workers: await timeWorkers(place) }),
      ...(isChosen("rust") && { rust: await timeRust(place) }),
      ...(isChosen("hits") && { hits: await findHits(place) }),
      ...(isChosen("memory") && { memory: await measureMemory(place) }),
      ...(isChosen("pauses") && { pauses: await measurePauses(place) }),
    };
    const machine = {
      processors: availableParallelism(),
      load: loadavg()[0] as number,
      node: process.versions.node,
      redis: redis?.version,
    };
    return { schema: 1, machine, repeats: choice.repeats, ...figures, goals: goalsOf(figures) };
  } finally {
    await redis?.end();
  }
}

/** The tables. */
export function benchText({ machine, repeats, goals, ...figures }: CacheBench): string {
  const { calls, workers, rust, hits, memory, pauses } = figures;
  const { processors, load, node, redis } = machine;
  const about = `${processors} processors, load ${load.toFixed(1)}, Node ${node}, ${redis ? `Redis ${redis}` : "no Redis"}`;
  return [
    calls && callTable(calls),
    workers && workerTable(workers),
    rust && rustTable(rust),
    hits && hitTable(hits),
    memory && memoryTable(memory),
    pauses && pauseTable(pauses),
    `goals, for values of 46 bytes; medians of ${repeats} rounds; ${about}`,
    formatTable(["measurement", "goal", "result", ""], goalRows(goals)),
  ]
    .filter((text) => text !== undefined)
    .join("\n\n");
}
