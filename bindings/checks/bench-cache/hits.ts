// Hit ratios on traces: they measure the eviction policy.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import QuickLRU from "quick-lru";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import type { Grid } from "./grid.ts";
import type { Place } from "./place.ts";
import { runExample } from "./rust.ts";
import { makeTraces, type Trace } from "./traces.ts";

/** Cache sizes as shares of the distinct keys of a trace. */
const SHARES = [0.01, 0.1, 0.25];

/** Hit ratios from 0 to 1. */
type RustRatios = { capacity: number; grid: number; moka: number; quickCache: number; s3fifo: number };
export type HitFigures = RustRatios & {
  trace: string;
  /** The cache size as a share of the distinct keys. */
  size: number;
  /** From Node: Grid through the addon, and peers. */
  addon: number;
  lruCache: number;
  quickLru: number;
};
type Simple = { get: (key: string) => unknown; set: (key: string) => void };

/** Runs all traces through all caches, once: the results are deterministic. */
export async function findHits({ grid, reporter, signal }: Place): Promise<HitFigures[]> {
  const { Cache } = (await import(grid)) as Grid;
  reporter.note("hit ratios: traces, and the caches in Rust");
  const traces = makeTraces().map((trace) => ({ ...trace, capacities: capacitiesOf(trace) }));
  const rust = await inRust(traces, signal);
  const figures: HitFigures[] = [];
  for (const [index, { name, keys, capacities }] of traces.entries()) {
    reporter.note(`hit ratios from Node: ${name}`);
    const texts = Array.from(keys, String);
    for (const [at, capacity] of capacities.entries()) {
      // Lets the event loop handle an interrupt.
      await setImmediate();
      signal.throwIfAborted();
      const own = new Cache({ maxEntries: capacity, maxBytes: 2 ** 40 });
      const lru = new LRUCache<string, string>({ max: capacity });
      const quick = new QuickLRU<string, string>({ maxSize: capacity });
      figures.push({
        ...(rust[index]?.[at] as RustRatios),
        trace: name,
        size: SHARES[at] as number,
        addon: shareOf(texts, { get: (key) => own.get(key), set: (key) => own.set(key, "") }),
        lruCache: shareOf(texts, { get: (key) => lru.get(key), set: (key) => lru.set(key, "") }),
        quickLru: shareOf(texts, { get: (key) => quick.get(key), set: (key) => quick.set(key, "") }),
      });
      own.close();
    }
  }
  return figures;
}

function capacitiesOf({ keys }: Trace): number[] {
  const distinct = new Set(keys).size;
  return SHARES.map((share) => Math.round(share * distinct));
}

async function inRust(traces: (Trace & { capacities: number[] })[], signal: AbortSignal): Promise<RustRatios[][]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  try {
    const files = traces.map((_, index) => join(folder, `trace-${index}`));
    await Promise.all(traces.map(({ keys }, index) => writeFile(files[index] as string, keys)));
    const list = join(folder, "traces.json");
    await writeFile(list, JSON.stringify(traces.map(({ capacities }, index) => ({ file: files[index], capacities }))));
    return await runExample<RustRatios[][]>("hit_ratio", [list], signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shareOf(keys: string[], { get, set }: Simple): number {
  let hits = 0;
  for (const key of keys) {
    if (get(key) === undefined) set(key);
    else hits += 1;
  }
  return hits / keys.length;
}

/** In percent; the last column is the difference of S3-FIFO to Grid. */
export function hitTable(figures: HitFigures[]): string {
  const percent = (share: number) => (share * 100).toFixed(2);
  const rows = figures.map((one) => [
    one.trace,
    `${one.size * 100}% = ${one.capacity}`,
    percent(one.grid),
    percent(one.addon),
    percent(one.lruCache),
    percent(one.quickLru),
    percent(one.moka),
    percent(one.quickCache),
    percent(one.s3fifo),
    `${one.s3fifo >= one.grid ? "+" : ""}${percent(one.s3fifo - one.grid)}`,
  ]);
  const header = [
    "% hits",
    "cache size, share of keys",
    "grid",
    "from Node",
    "lru-cache",
    "quick-lru (up to twice the size)",
    "moka",
    "quick_cache",
    "S3-FIFO",
    "S3-FIFO to grid",
  ];
  return formatTable(header, rows);
}
