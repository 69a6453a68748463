// Decisions per second of one worker and of four workers on one shared engine, in turn.
import { Worker } from "node:worker_threads";
import { median } from "../bench/median.ts";
import { type Rate, rateOf } from "../bench/workers.ts";
import { type BenchPolicy, queryOf } from "./policies.ts";

const SCRIPT = new URL("worker.ts", import.meta.url);
const WORKERS = 4;
const ROUNDS = 7;

/** The data of a worker, and its message for each round. */
export type WorkerData = { grid: string; name: string; query: string; text: string };
export type Round = { milliseconds: number };

const ROUND: Round = { milliseconds: 400 };

export type Scaling = {
  /** Decisions per second of one worker, and of all together. */
  one: number;
  all: number;
  /** The ratio of `all` to `one`: the median of the rounds. */
  ratio: number;
  /** The ratio of processor time per decision, all workers to one: near 1 if workers do not contend, also on a busy machine. */
  dearer: number;
};

/** Times the loaded engine that is shared as `name`. `grid` is the URL of the package's entry. */
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
