// A worker thread of shared.test.ts: evaluates on the engine that all threads open by name, until it gets a message to stop.
import { parentPort, workerData } from "node:worker_threads";
import { Engine } from "../../lib/index.js";

const { name, count } = workerData;
const engine = Engine.open(name);
const seen = { answers: 0, mixed: 0, revisions: new Set() };
for (let index = 0; index < count; index += 1) {
  // The two policies are always loaded with one number, in one step.
  const { policy, again } = /** @type {{ policy: number, again: number }} */ (engine.evaluate("data.p", {}));
  seen.answers += 1;
  if (policy !== again) seen.mixed += 1;
  seen.revisions.add(policy);
}
parentPort?.postMessage({ ...seen, revisions: seen.revisions.size }, []);
