// One cache for several worker threads: Grid, Redis, and an lru-cache in a thread that answers messages.
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { median } from "../bench/median.ts";
import { type Rate, rateOf } from "../bench/workers.ts";
import type { Grid } from "./grid.ts";
import { portions, TTL_MS } from "./keys.ts";
import { gridPeer, ownerPeer, type Peer, redisPeer, startOwner } from "./peers.ts";
import type { Place } from "./place.ts";

const SCRIPT = new URL("worker.ts", import.meta.url);
const NAME = "bench";
const COUNTS = [1, 2, 4];
const ROUND_MS = 40;
const WORKER_CALLS = ["get, hit", "set, update"] as const;

/** The capacity of each cache. */
export const ROOM = { capacity: 10_000, ttlMs: TTL_MS };
export const VALUE_BYTES = 46;

/** A worker's data: the socket of Redis, the port of the owner's thread, or neither for Grid. */
export type WorkerData = { grid: string; name: string; seed: number; socket?: string; port?: MessagePort };
export type WorkerRound = { call: (typeof WORKER_CALLS)[number]; milliseconds: number };
type Shared = { name: string; peer: Peer; workers: Worker[] };

export type WorkerFigures = {
  call: WorkerRound["call"];
  workers: number;
  peer: string;
  /** Nanoseconds per call in one worker. */
  each: number;
  /** Processor nanoseconds of the process per call: independent of the number of workers if they do not contend. */
  cpu: number;
  /** Calls per second of all workers. */
  perSecond: number;
};

/** Times 1, 2 and 4 workers; the caches take turns. */
export async function timeWorkers(place: Place): Promise<WorkerFigures[]> {
  const all: Shared[] = [];
  try {
    for await (const shared of startAll(place)) all.push(shared);
    const settings = COUNTS.flatMap((count) =>
      WORKER_CALLS.flatMap((call) => all.map((shared) => ({ count, call, shared, rates: [] as Rate[] }))),
    );
    const rate = ({ count, call, shared }: (typeof settings)[number]) => {
      place.signal.throwIfAborted();
      return rateOf(shared.workers.slice(0, count), { call, milliseconds: ROUND_MS } satisfies WorkerRound);
    };
    // Warm up, so that V8 has compiled the code.
    for (const setting of settings) await rate(setting);
    for (let round = 0; round < place.repeats; round += 1) for (const setting of settings) setting.rates.push(await rate(setting));
    return settings.map(({ count, call, shared, rates }) => ({
      call,
      workers: count,
      peer: shared.name,
      each: median(rates.map(({ each }) => each)),
      cpu: median(rates.map(({ cpu }) => cpu * 1000)),
      perSecond: median(rates.map(({ perSecond }) => perSecond)),
    }));
  } finally {
    await Promise.all(all.flatMap(({ workers }) => workers.map((worker) => worker.terminate())));
    for (const { peer } of all) await peer.end?.();
  }
}

async function* startAll({ grid, redis, reporter }: Place): AsyncGenerator<Shared> {
  reporter.note(`workers: one cache of ${ROOM.capacity} entries`);
  yield fill("grid", gridPeer((await import(grid)) as Grid, ROOM, NAME), grid, () => ({}));
  if (redis) yield fill("Redis", redisPeer(redis.socket, ROOM), grid, () => ({ socket: redis.socket }));
  const owner = await startOwner(ROOM);
  yield fill("postMessage", ownerPeer(owner), grid, () => {
    const { port1, port2 } = new MessageChannel();
    owner.postMessage({ port: port1 }, [port1]);
    return { port: port2 };
  });
}

async function fill(name: string, peer: Peer, grid: string, place: () => Pick<WorkerData, "socket" | "port">): Promise<Shared> {
  await peer.empty?.();
  for (const entries of portions(ROOM.capacity, VALUE_BYTES)) await peer.setMany(entries);
  const workers = Array.from({ length: Math.max(...COUNTS) }, (_, seed) => {
    const own = place();
    return new Worker(SCRIPT, {
      workerData: { grid, name: NAME, seed, ...own } satisfies WorkerData,
      transferList: own.port ? [own.port] : [],
    });
  });
  return { name, peer, workers };
}

/** Figures by call and number of workers, each with its ratio to Grid. */
export function workerTable(figures: WorkerFigures[]): string {
  const rows = figures.map(({ call, workers, peer, each, cpu, perSecond }) => {
    const own = figures.find((one) => one.call === call && one.workers === workers && one.peer === "grid");
    const ratio = `${(each / (own?.each ?? Number.NaN)).toFixed(2)}x`;
    return [call, String(workers), peer, each.toFixed(0), ratio, cpu.toFixed(0), perSecond.toFixed(0)];
  });
  const header = ["workers", "cache", "ns per call, each", "ratio", "processor ns per call", "calls/s, all"];
  return formatTable([`one cache of ${ROOM.capacity} entries`, ...header], rows);
}
