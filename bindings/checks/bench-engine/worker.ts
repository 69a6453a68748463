// One worker of the benchmark: decides on a shared engine for as long as it is told, and says how often.
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
    if (engine.evaluateJson(query, text) !== "true") throw new Error("@boardkit/grid does not say true");
}

parentPort?.on("message", async ({ milliseconds }: Round) => parentPort?.postMessage(await countWithin(milliseconds, BATCH, decide)));
