// One worker of the benchmark: evaluates on a shared engine for a given time, and reports the number of decisions.
import { parentPort, workerData } from "node:worker_threads";
import { countWithin } from "../bench/workers.ts";
import type { Grid } from "./grid.ts";
import type { Round, WorkerData } from "./workers.ts";

const { grid, name, query, text } = workerData as WorkerData;
const { Engine } = (await import(grid)) as Grid;
const engine = Engine.open(name);
const BATCH = 50;

function decide(): void {
  for (let left = BATCH; left > 0; left -= 1)
    if (engine.evaluateJson(query, text) !== "true") throw new Error("@boardkit/grid does not answer true");
}

parentPort?.on("message", async ({ milliseconds }: Round) => parentPort?.postMessage(await countWithin(milliseconds, BATCH, decide)));
