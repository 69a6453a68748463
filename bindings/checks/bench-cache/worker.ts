// One worker of the benchmark: gets or sets in the shared cache for a given time, and reports the number of calls.
import { parentPort, workerData } from "node:worker_threads";
import { countWithin } from "../bench/workers.ts";
import type { Grid } from "./grid.ts";
import { BATCH, keysFor } from "./keys.ts";
import { asksOf } from "./loops.ts";
import { gridPeer, ownerPeer, type Peer, redisPeer } from "./peers.ts";
import { ROOM, VALUE_BYTES, type WorkerData, type WorkerRound } from "./workers.ts";

const data = workerData as WorkerData;
// Each worker has its own order of keys.
const asks = asksOf(await peerOf(data), keysFor(ROOM.capacity, VALUE_BYTES, data.seed));

async function peerOf({ grid, name, socket, port }: WorkerData): Promise<Peer> {
  if (port) return ownerPeer(port);
  if (socket !== undefined) return redisPeer(socket, ROOM);
  return gridPeer((await import(grid)) as Grid, ROOM, name);
}

parentPort?.on("message", async ({ call, milliseconds }: WorkerRound) =>
  parentPort?.postMessage(await countWithin(milliseconds, BATCH, asks[call] as () => unknown)),
);
