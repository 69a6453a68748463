// The benchmark of the engine: a table for each part, and the goals.
import { availableParallelism, loadavg } from "node:os";
import { formatTable, type Reporter } from "../../../scripts/lib/reporter.ts";
import { atLeast, atMost, type Goal, goalRows } from "../bench/goals.ts";
import { measure } from "../bench/measure.ts";
import { type CoreTimes, timeCore } from "./core.ts";
import type { Grid } from "./grid.ts";
import { type Added, measureMemory } from "./memory.ts";
import { findOpa, OVER_HTTP, type Peers, startPeers } from "./peers.ts";
import { type BenchPolicy, benchPolicies } from "./policies.ts";
import { CACHED_OBJECT, CACHED_PREPARED, OBJECT_IN, ownSubjects, TEXT_IN } from "./subjects.ts";
import { type Scaling, timeWorkers } from "./workers.ts";

type Place = { grid: string; cache: string; searchPath: string; signal: AbortSignal; reporter: Reporter };
/** Microseconds by way. */
type Times = Record<string, number>;
type Memory = { text: Added; object: Added; wasm: Added | undefined };

const ROUNDS = { rounds: 25, milliseconds: 40 };

/** Runs all parts; returns the text of the tables. */
export async function benchEngine(place: Place): Promise<string> {
  const grid = (await import(place.grid)) as Grid;
  const policies = benchPolicies();
  const [rbac] = policies as [BenchPolicy];
  const core = await timeCore(
    policies.filter(({ ours }) => !ours),
    place.signal,
  );
  const opa = await findOpa(place.cache, place.searchPath, place.signal);
  if ("missing" in opa) place.reporter.note(`without OPA: ${opa.missing}`);
  const peers = "missing" in opa ? undefined : await startPeers(opa.program, policies, place.signal);
  try {
    const times = new Map<string, Times>();
    for (const policy of policies) times.set(policy.name, await timesOf(grid, policy, peers));
    const workers = await workersOf(grid, place.grid, rbac);
    const memory = await memoryOf(place, rbac, peers);
    return [
      decisionTable(times),
      coreTable(core),
      workerTable(workers),
      memoryTable(memory),
      `goals, of ${rbac.name} by default; ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`,
      formatTable(["measurement", "goal", "result", ""], goalRows(goalsOf(times.get(rbac.name) as Times, core, workers, memory))),
    ].join("\n\n");
  } finally {
    await peers?.end();
  }
}

async function timesOf(grid: Grid, policy: BenchPolicy, peers: Peers | undefined): Promise<Times> {
  const subjects = [...ownSubjects(grid, policy), ...((await peers?.subjects(policy)) ?? [])];
  const times = await measure(subjects, ROUNDS);
  return Object.fromEntries(subjects.map(({ name }, index) => [name, times[index] as number]));
}

async function workersOf({ Engine }: Grid, entry: string, policy: BenchPolicy): Promise<Scaling> {
  const name = "bench";
  const engine = Engine.open(name);
  engine.loadPolicy("bench.rego", policy.source);
  engine.setData(policy.data);
  return timeWorkers(entry, name, policy);
}

async function memoryOf({ grid, signal }: Place, policy: BenchPolicy, peers: Peers | undefined): Promise<Memory> {
  const places = { grid, wasm: await peers?.wasm(policy) };
  return {
    text: await measureMemory("text", policy, places, signal),
    object: await measureMemory("object", policy, places, signal),
    wasm: peers && (await measureMemory("wasm", policy, places, signal)),
  };
}

function goalsOf(times: Times, core: CoreTimes[], workers: Scaling, memory: Memory): Goal[] {
  const timesUnderHttp = (way: string) => (times[OVER_HTTP] === undefined ? undefined : times[OVER_HTTP] / (times[way] as number));
  return [
    atMost("text in", 14, "us", times[TEXT_IN]),
    atMost("object in", 17, "us", times[OBJECT_IN]),
    atLeast("text in, under OPA over HTTP", 10, "x", timesUnderHttp(TEXT_IN)),
    atMost("decision cache, object in", 2.5, "us", times[CACHED_OBJECT]),
    atMost("decision cache, prepared, text in", 0.7, "us", times[CACHED_PREPARED]),
    atLeast("decision cache, object in, under OPA over HTTP", 50, "x", timesUnderHttp(CACHED_OBJECT)),
    atMost("counting allocator, worst policy", 1.03, "x", Math.max(...core.map(({ gridCounting }) => gridCounting))),
    atLeast("4 workers to one", 1.7, "x", workers.ratio),
    atMost("added memory, text in, resident", 4.5, "MB", memory.text.rss / 1e6),
    // Code of the addon and of Node is in file pages: processes share them, and the kernel drops them if memory is short.
    atMost("added memory, text in, without file pages", 4.5, "MB", memory.text.anonymous / 1e6),
  ];
}

function decisionTable(times: Map<string, Times>): string {
  const rows = [...times].flatMap(([policy, ways]) => {
    const base = ways[TEXT_IN] as number;
    return Object.entries(ways).map(([way, time]) => [policy, way, time.toFixed(2), (time / base).toFixed(2)]);
  });
  return formatTable(["policy", "way, from Node", "us", "ratio to the first"], rows);
}

function coreTable(core: CoreTimes[]): string {
  const rows = core.map((one) => [
    one.name,
    one.bare.toFixed(2),
    one.grid.toFixed(2),
    one.gridToBare.toFixed(2),
    one.gridCounting.toFixed(3),
  ]);
  return formatTable(["policy, text in, from Rust", "regorus us", "grid us", "ratio", "counting"], rows);
}

function workerTable({ one, all, ratio, dearer }: Scaling): string {
  const rows = [["grid", one.toFixed(0), all.toFixed(0), ratio.toFixed(2), dearer.toFixed(2)]];
  return formatTable(
    ["workers on one engine", "one: decisions/s", "4: decisions/s", "ratio", "processor time per decision, 4 to one"],
    rows,
  );
}

function memoryTable({ text, object, wasm }: Memory): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  const row = (name: string, added: Added) => [name, megabytes(added.rss), megabytes(added.anonymous)];
  const rows = [row("grid, text in", text), row("grid, object in", object), ...(wasm ? [row("opa-wasm", wasm)] : [])];
  return formatTable(["50 rules and 10,000 decisions in a fresh Node", "MB resident", "without file pages"], rows);
}
