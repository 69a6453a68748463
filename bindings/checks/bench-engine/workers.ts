// Decisions a second of four workers on one shared engine, and of one, in turns.
import { Worker } from "node:worker_threads";
import { median } from "../bench/median.ts";
import { type Rate, rateOf } from "../bench/workers.ts";
import { type BenchPolicy, queryOf } from "./policies.ts";

const SCRIPT = new URL("worker.ts", import.meta.url);
const WORKERS = 4;
const ROUNDS = 7;

/** What a worker is given, and what it is told for each round. */
export type WorkerData = { grid: string; name: string; query: string; text: string };
export type Round = { milliseconds: number };

const ROUND: Round = { milliseconds: 400 };

export type Scaling = {
  /** Decisions a second of one worker and of all together. */
  one: number;
  all: number;
  /** How many times as many as one worker's: the median of the rounds. */
  ratio: number;
  /** How many times the processor's time that a decision takes: near 1 where workers are not in each other's way, whatever else runs. */
  dearer: number;
};

/** Times a shared engine under `name`, which is loaded. `grid` is the URL of the package's entry. */
export async function timeWorkers(grid: string, name: string, policy: BenchPolicy): Promise<Scaling> {
  const workerData: WorkerData = { grid, name, query: queryOf(policy), text: JSON.stringify(policy.input) };
  const workers = Array.from({ length: WORKERS }, () => new Worker(SCRIPT, { workerData }));
  try {
    await rateOf(workers, ROUND);
    const rounds: { one: Rate; all: Rate }[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({ one: await rateOf(workers.slice(0, 1), ROUND), all: await rateOf(workers, ROUND) });
    return {
      one: median(rounds.map(({ one }) => one.perSecond)),
      all: median(rounds.map(({ all }) => all.perSecond)),
      ratio: median(rounds.map(({ one, all }) => all.perSecond / one.perSecond)),
      dearer: median(rounds.map(({ one, all }) => all.cpu / one.cpu)),
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
