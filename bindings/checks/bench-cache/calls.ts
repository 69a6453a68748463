// Calls from one thread: the cache beside others in the process, in another thread, and in a server.
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import type { Rounds } from "../bench/measure.ts";
import { TTL_MS } from "./keys.ts";
import { CALLS, type CallName } from "./loops.ts";
import { MAKERS, type PeerName } from "./peers.ts";
import type { Place } from "./place.ts";

const CHILD = fileURLToPath(new URL("calls-child.ts", import.meta.url));
// Short and many, so that most rounds fit into one time slice of the scheduler on a busy machine.
const ROUND_MS = 8;
const VALUE_BYTES = [46, 512];

/** In the order of the table; Grid is first. */
export const PEERS = Object.keys(MAKERS) as PeerName[];
/** The value size of the goals. */
export const SHORT_VALUE = 46;
/** Nanoseconds per call, by call and peer. */
export type CallTimes = Partial<Record<CallName, Partial<Record<PeerName, number>>>>;
export type CallSetting = Rounds & {
  grid: string;
  fallback: string;
  /** The socket of Redis; undefined without Redis. */
  socket: string | undefined;
  capacity: number;
  valueBytes: number;
  ttlMs: number | undefined;
};
export type CallFigures = { capacity: number; valueBytes: number; ttl: boolean; times: CallTimes };

/** Times all calls, each setting in a fresh process in which the peers take turns. */
export async function timeCalls({ grid, redis, repeats, capacities, reporter, signal }: Place): Promise<CallFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  try {
    const common = { grid, fallback: await withoutAddon(grid, folder), socket: redis?.socket, rounds: repeats, milliseconds: ROUND_MS };
    const figures: CallFigures[] = [];
    for (const capacity of capacities) {
      for (const valueBytes of VALUE_BYTES) {
        for (const ttlMs of [undefined, TTL_MS]) {
          const setting: CallSetting = { ...common, capacity, valueBytes, ttlMs };
          reporter.note(`calls: ${capacity} entries, values of ${valueBytes} bytes${ttlMs === undefined ? "" : ", with TTL"}`);
          const argv = [process.execPath, "--expose-gc", "--disable-warning=GRID_CACHE_FALLBACK", CHILD, JSON.stringify(setting)];
          const { stdout } = await runOrFail({ argv, signal }, "BENCH_FAILED");
          figures.push({ capacity, valueBytes, ttl: ttlMs !== undefined, times: JSON.parse(stdout) as CallTimes });
        }
      }
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The entry of a copy of the package without the addon. */
async function withoutAddon(grid: string, folder: string): Promise<string> {
  await cp(dirname(fileURLToPath(grid)), join(folder, "lib"), { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  return pathToFileURL(join(folder, "lib/index.js")).href;
}

/** One row per call and setting; each peer's time is followed by its ratio to Grid's. */
export function callTable(figures: CallFigures[]): string {
  const rows = CALLS.flatMap((call) =>
    figures.map(({ capacity, valueBytes, ttl, times }) => {
      const { grid: own = Number.NaN, ...others } = times[call] ?? {};
      const cells = PEERS.slice(1).map((name) => {
        const time = others[name as keyof typeof others];
        return time === undefined ? "-" : `${time.toFixed(0)} ${(time / own).toFixed(2)}x`;
      });
      return [call, String(capacity), String(valueBytes), ttl ? "yes" : "no", own.toFixed(0), ...cells];
    }),
  );
  return formatTable(["ns per call, one thread, from Node", "entries", "value bytes", "TTL", ...PEERS], rows);
}
