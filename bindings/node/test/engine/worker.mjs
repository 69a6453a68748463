// A worker thread of workers.test.ts: fills its share of the cache that all threads open by name.
import { parentPort, workerData } from "node:worker_threads";
import { Cache, Engine } from "../../lib/index.js";

const { name, id, count } = workerData;
const cache = Cache.open(name);
for (let index = 0; index < count; index++) cache.set(`${id}-${index}`, Buffer.from([id, index]));
const engine = new Engine();
engine.loadPolicy("p.rego", `package p\nid := ${id}`);
parentPort?.postMessage({ seen: cache.get("main"), id: engine.evaluate("data.p.id") }, []);
