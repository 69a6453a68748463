// Decisions a second of four workers on one shared engine, and of one, in turns.
import { Worker } from "node:worker_threads";
import { type BenchPolicy, queryOf } from "./policies.ts";

const SCRIPT = new URL("worker.ts", import.meta.url);
const WORKERS = 4;
const ROUND_MS = 400;
const ROUNDS = 7;

/** What a worker is told and what it says. */
export type WorkerData = { grid: string; name: string; query: string; text: string };
export type Round = { milliseconds: number };
export type Counted = { decisions: number; milliseconds: number };

export type Scaling = {
  /** Decisions a second of one worker and of all together. */
  one: number;
  all: number;
  /** How many times as many as one worker's: the median of the rounds. */
  ratio: number;
  /** How many times the processor's time that a decision takes: near 1 where workers are not in each other's way, whatever else runs. */
  dearer: number;
};
type Rate = { perSecond: number; cpu: number };

/** Times a shared engine under `name`, which is loaded. `grid` is the URL of the package's entry. */
export async function timeWorkers(grid: string, name: string, policy: BenchPolicy): Promise<Scaling> {
  const workerData: WorkerData = { grid, name, query: queryOf(policy), text: JSON.stringify(policy.input) };
  const workers = Array.from({ length: WORKERS }, () => new Worker(SCRIPT, { workerData }));
  try {
    await rateOf(workers, ROUND_MS);
    const rounds: { one: Rate; all: Rate }[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({ one: await rateOf(workers.slice(0, 1), ROUND_MS), all: await rateOf(workers, ROUND_MS) });
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

/** Decisions a second of these workers at the same time, and the processor's time of one decision. */
async function rateOf(workers: Worker[], milliseconds: number): Promise<Rate> {
  const before = process.cpuUsage();
  const counts = await Promise.all(workers.map((worker) => countOf(worker, { milliseconds })));
  const used = process.cpuUsage(before);
  const decisions = counts.reduce((sum, one) => sum + one.decisions, 0);
  const perSecond = counts.reduce((sum, one) => sum + (one.decisions * 1000) / one.milliseconds, 0);
  return { perSecond, cpu: (used.user + used.system) / decisions };
}

function countOf(worker: Worker, round: Round): Promise<Counted> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (counted: Counted) => {
      worker.off("error", reject);
      resolve(counted);
    });
    worker.postMessage(round);
  });
}

function median(list: number[]): number {
  return list.toSorted((left, right) => left - right)[list.length >> 1] as number;
}
