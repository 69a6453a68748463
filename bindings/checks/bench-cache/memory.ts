// The overhead of an entry over its key and value: by the allocator's count in Rust, and by the memory of Node processes.
import { fileURLToPath } from "node:url";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { median } from "../bench/median.ts";
import type { Place } from "./place.ts";
import { runExample } from "./rust.ts";

const CHILD = fileURLToPath(new URL("memory-child.mjs", import.meta.url));
const ENTRIES = 1_000_000;
const PROCESSES = 5;
const PAYLOAD = 16 + 46;
const WAYS = { grid: "grid", lru: "lru-cache", map: "Map of objects" };

/** Bytes per entry, with a TTL. */
type Counted = { policy: string; entries: number; sliding: boolean; each: number; worst: number };
type InNode = {
  cache: string;
  /** Anonymous resident memory without the bytes of keys and values, and V8's heap, which is a part of it. */
  resident: number;
  heap: number;
};
export type MemoryFigures = { counted: Counted[]; node: InNode[] };

/** Fills caches; in Node each in a fresh process. */
export async function measureMemory({ grid, repeats, reporter, signal }: Place): Promise<MemoryFigures> {
  reporter.note("memory of an entry, by the allocator");
  const counted = await runExample<Counted[]>("memory", ["--json"], signal);
  const found = Object.keys(WAYS).map((way) => ({ way, runs: [] as { anonymous: number; heap: number }[] }));
  for (let round = 0; round < Math.min(repeats, PROCESSES); round += 1) {
    reporter.note(`memory of an entry in Node, round ${round + 1}`);
    for (const { way, runs } of found) {
      const { stdout } = await runOrFail(
        { argv: [process.execPath, "--expose-gc", CHILD, way, String(ENTRIES), grid], signal },
        "BENCH_FAILED",
      );
      runs.push(JSON.parse(stdout) as { anonymous: number; heap: number });
    }
  }
  const node = found.map(({ way, runs }) => ({
    cache: WAYS[way as keyof typeof WAYS],
    resident: median(runs.map(({ anonymous }) => anonymous)) / ENTRIES - PAYLOAD,
    heap: median(runs.map(({ heap }) => heap)) / ENTRIES,
  }));
  return { counted, node };
}

export function memoryTable({ counted, node }: MemoryFigures): string {
  const rust = counted.map((one) => [
    one.policy,
    String(one.entries),
    one.sliding ? "yes" : "no",
    one.each.toFixed(1),
    one.worst.toFixed(1),
  ]);
  const rows = node.map(({ cache, resident, heap }) => [cache, resident.toFixed(0), Math.max(0, heap).toFixed(0)]);
  return [
    formatTable(["grid, entries with TTL: policy", "entries", "sliding", "bytes per entry over key and value", "peak during growth"], rust),
    formatTable([`in Node, ${ENTRIES} entries with TTL`, "resident bytes per entry over key and value", "V8 heap bytes per entry"], rows),
  ].join("\n\n");
}
