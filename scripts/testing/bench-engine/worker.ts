// One worker of the benchmark: decides on a shared engine for as long as it is told, and says how often.
import { parentPort, workerData } from "node:worker_threads";
import type { Grid } from "./grid.ts";
import type { Counted, Round, WorkerData } from "./workers.ts";

const { grid, name, query, text } = workerData as WorkerData;
const { Engine } = (await import(grid)) as Grid;
const engine = Engine.open(name);
const BATCH = 50;

parentPort?.on("message", ({ milliseconds }: Round) => {
  const started = performance.now();
  let decisions = 0;
  let now = started;
  while (now - started < milliseconds) {
    for (let left = BATCH; left > 0; left -= 1)
      if (engine.evaluateJson(query, text) !== "true") throw new Error("@boardkit/grid does not say true");
    decisions += BATCH;
    now = performance.now();
  }
  parentPort?.postMessage({ decisions, milliseconds: now - started } satisfies Counted);
});
