// The goals of the cache, and its results.
import { atLeast, atMost, type Goal } from "../bench/goals.ts";
import { type CallFigures, SHORT_VALUE } from "./calls.ts";
import type { HitFigures } from "./hits.ts";
import type { CallName } from "./loops.ts";
import type { MemoryFigures } from "./memory.ts";
import type { PeerName } from "./peers.ts";
import type { PauseFigures } from "./pauses.ts";
import type { RustFigures } from "./rust.ts";
import type { WorkerFigures } from "./workers.ts";

/** The figures of the parts that were run. */
export type Figures = {
  calls?: CallFigures[];
  workers?: WorkerFigures[];
  rust?: RustFigures[];
  hits?: HitFigures[];
  memory?: MemoryFigures;
  pauses?: PauseFigures[];
};

/** The default `maxEntries`. */
const USUAL = 10_000;

/** The goals; those of parts that were not run are "not measured". */
export function goalsOf({ calls, workers, rust, memory }: Figures): Goal[] {
  const own = timesOf(calls, "grid");
  const lru = timesOf(calls, "lru-cache");
  const usual = (times: Times, call: CallName) => worst(times(call).filter(({ capacity }) => capacity === USUAL));
  const [inGrid, inRedis] = [twoWorkers(workers, "grid"), twoWorkers(workers, "Redis")];
  const alone = rust?.filter(({ threads }) => threads === 1);
  const ratio = (of: (one: RustFigures) => number) => alone && Math.max(...alone.map(of));
  return [
    atMost(`get, each of 2 workers on one cache of ${USUAL}`, 600, "ns", inGrid),
    atLeast("the same, under Redis GET from 2 workers", 40, "x", divided(inRedis, inGrid)),
    atMost(`get in one thread, ${USUAL} entries`, 500, "ns", usual(own, "get, hit")),
    atMost("get in one thread, worst of all sizes", 500, "ns", worst(own("get, hit"))),
    atMost(`getMany, a key, ${USUAL} entries`, 200, "ns", usual(own, "getMany, a key")),
    atMost("getMany, a key, worst of all sizes", 200, "ns", worst(own("getMany, a key"))),
    fact("get in one thread, lru-cache is faster by", "stated in the README", factorOf(own("get, hit"), lru("get, hit"))),
    atMost("set at capacity, worst of all sizes", 1000, "ns", worst(own("set, new"))),
    atMost("set at capacity, 1,000,000 entries to 1,000", 1.5, "x", flatness(own("set, new"))),
    fact("the same, lru-cache", "", flatness(lru("set, new"))),
    atMost("memory of an entry with TTL, 100,000 entries, by the allocator", 80, "bytes", entryBytes(memory, false)),
    atMost("the same with sliding TTL", 80, "bytes", entryBytes(memory, true)),
    atMost(
      "from Rust, get to quick_cache, worst of all sizes",
      1.5,
      "x",
      ratio((one) => (one.call === "get" ? one.grid / one.quickCache : 0)),
    ),
    atMost(
      "from Rust, set to quick_cache, worst of all sizes",
      1.5,
      "x",
      ratio((one) => (one.call === "set" ? one.grid / one.quickCache : 0)),
    ),
    atMost(
      "from Rust, get or set to moka, with TTL, worst of all",
      1,
      "x",
      ratio((one) => one.gridWithTtl / one.mokaWithTtl),
    ),
  ];
}

type Timed = { capacity: number; ttl: boolean; time: number };
type Times = (call: CallName) => Timed[];

/** Times of short values. */
function timesOf(calls: CallFigures[] | undefined, peer: PeerName): Times {
  const short = (calls ?? []).filter(({ valueBytes }) => valueBytes === SHORT_VALUE);
  return (call) =>
    short.flatMap(({ capacity, ttl, times }) => {
      const time = times[call]?.[peer];
      return time === undefined ? [] : [{ capacity, ttl, time }];
    });
}

const worst = (times: Timed[]) => (times.length === 0 ? undefined : Math.max(...times.map(({ time }) => time)));

/** The ratio of two times in caches of the default size; the worse of with and without TTL. */
function factorOf(times: Timed[], others: Timed[]): number | undefined {
  const usual = times.filter(({ capacity }) => capacity === USUAL);
  const ratios = usual.map(
    ({ ttl, time }) => divided(time, others.find((other) => other.ttl === ttl && other.capacity === USUAL)?.time) ?? 0,
  );
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

/** The ratio of the largest cache to the smallest; the worse of with and without TTL. */
function flatness(times: Timed[]): number | undefined {
  const ratios = [false, true].flatMap((withTtl) => {
    const at = (capacity: number) => times.find((one) => one.ttl === withTtl && one.capacity === capacity)?.time;
    return divided(at(1_000_000), at(1_000)) ?? [];
  });
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

function twoWorkers(workers: WorkerFigures[] | undefined, peer: string): number | undefined {
  return workers?.find((one) => one.workers === 2 && one.peer === peer && one.call === "get, hit")?.each;
}

function entryBytes(memory: MemoryFigures | undefined, sliding: boolean): number | undefined {
  return memory?.counted.find((one) => one.policy === "lru" && one.entries === 100_000 && one.sliding === sliding)?.worst;
}

const divided = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? undefined : one / other;

/** A figure without a goal. */
function fact(what: string, goal: string, factor: number | undefined): Goal {
  return { ...atMost(what, Infinity, "x", factor), goal, held: undefined };
}
