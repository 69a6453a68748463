// Hostile cases, each in a process of its own, on this machine and under emulation: what was set beside what was reached.
import { planRuns } from "../../../scripts/emulate/runs.ts";
import { readProject } from "../../../scripts/model/project.ts";
import type { Context } from "../../../scripts/stages/context.ts";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { targetFolder } from "../../../scripts/model/names.ts";
import { readBuilt } from "../../../scripts/stages/manifest.ts";
import { describeEnd, type Outcome as Ended, run } from "../../../scripts/tools/exec.ts";
import { LIMITS } from "./limits.ts";
import { DROPPED_BYTES, DROPPED_MS, type Lifetime, LIFETIMES } from "./lifetimes.ts";
import { CASES, type NamedCase } from "./policies.ts";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const DROPPED = fileURLToPath(new URL("dropped.mjs", import.meta.url));
const ENTRY = pathToFileURL(join(packageRoot, "bindings/node/lib/index.js")).href;
const PATIENCE_SECONDS = 120;
/** How many times a limit what is reached may be. */
const WITHIN = 2;

/** Where cases run: a Node with what goes before it, which may be an emulator. */
export type Machine = { name: string; node: string[]; env: Record<string, string>; emulated: boolean };

/** What a child says of its case. */
type Said = {
  end: string;
  kind?: string;
  option?: string;
  message?: string;
  milliseconds: number;
  cpu: number;
  bytes: number;
  answers: boolean;
};

/** What a child says of what it has dropped. */
type DroppedSaid = { milliseconds: number; cpu: number; held: number; peak: number; answers: boolean };

export type Outcome = {
  group: string;
  name: string;
  /** What was set, and what of it was reached. */
  set: { milliseconds: number; bytes: number };
  reached: { milliseconds: number; cpu: number; bytes: number };
  /** How the case ended: a code and its kind, or how the process did. */
  end: string;
  /** Whether the process lives and its engine answers. */
  alive: boolean;
  /** What was missed; none where all holds. */
  missed: string[];
};

/** This machine, with the addon beside the package. */
export function hostMachine(): Machine {
  return { name: `${process.platform}-${process.arch}`, node: [process.execPath], env: {}, emulated: false };
}

/** The emulated machine of a target, with the addon and the Node that `boardkit build` and `boardkit smoke` take. */
export async function targetMachine(folder: string, triple: string, context: Pick<Context, "cache" | "registry">): Promise<Machine> {
  const dist = targetFolder(folder, triple);
  const { manifest, addon } = await readBuilt(triple, dist);
  const { cache, registry } = context;
  const runs = planRuns(registry, manifest.target, readProject(folder), { cache, dist, addon });
  const planned = runs.find(({ kind }) => kind === "node");
  const [node = ""] = planned?.program ?? [];
  if (!planned || !existsSync(node)) {
    const fix = planned ? `run: boardkit smoke --target ${triple}` : "name a target whose smoke runs are in Node";
    throw new BoardkitError(`there is no Node to run ${triple} in`, { code: "NO_NODE", exit: "usage", place: dist, fix });
  }
  const env = { ...planned.env, GRID_NATIVE_PATH: addon };
  return { name: `${triple} on ${planned.cpu}`, node: [...planned.emulator, node], env, emulated: true };
}

/** Runs the cases whose group or name contains `only`, one after the other. */
export async function* runCases(machine: Machine, only: string, signal: AbortSignal): AsyncGenerator<Outcome> {
  const isChosen = ({ group, name }: { group: string; name: string }) => `${group}: ${name}`.includes(only);
  const folder = await mkdtemp(join(tmpdir(), "boardkit-limits-"));
  try {
    for (const one of CASES.filter(isChosen)) {
      const file = join(folder, "case.json");
      await writeFile(file, JSON.stringify({ limits: LIMITS, one }));
      yield await outcomeOf(machine, one, file, signal);
    }
    // V8 is the same there, and an emulator takes minutes for as much.
    const lifetimes = machine.emulated ? [] : LIFETIMES.map((one) => ({ group: "lifetimes", ...one }));
    for (const one of lifetimes.filter(isChosen)) yield await lifetimeOf(machine, one, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(
  { node, env }: Machine,
  { group, name, evaluate }: NamedCase,
  file: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const set =
    evaluate === undefined
      ? { milliseconds: LIMITS.maxLoadMs, bytes: LIMITS.maxLoadMemoryBytes }
      : { milliseconds: LIMITS.maxEvaluationMs, bytes: LIMITS.maxEvaluationMemoryBytes };
  const ended = await run({ argv: [...node, "--expose-gc", CHILD, ENTRY, file], env, signal, timeoutSeconds: PATIENCE_SECONDS });
  return { group, name, set, ...(ended.exitCode === 0 ? judge(set, JSON.parse(ended.stdout) as Said) : died(ended)) };
}

async function lifetimeOf({ node, env }: Machine, one: Lifetime & { group: string }, signal: AbortSignal): Promise<Outcome> {
  const { group, name, kind, count, of } = one;
  const set = { milliseconds: DROPPED_MS, bytes: DROPPED_BYTES };
  const ended = await run({ argv: [...node, DROPPED, ENTRY, kind, String(count)], env, signal, timeoutSeconds: PATIENCE_SECONDS });
  if (ended.exitCode !== 0) return { group, name, set, ...died(ended) };
  const { held, peak, ...said } = JSON.parse(ended.stdout) as DroppedSaid;
  const end = of === "peak" ? "dropped as they come" : "dropped at the end";
  return { group, name, set, ...judge(set, { ...said, end, bytes: { held, peak }[of] }) };
}

function died(ended: Ended): Omit<Outcome, "group" | "name" | "set"> {
  const why = ended.timedOut ? "" : `: ${ended.stderr.split("\n").find((line) => line.includes("Error")) ?? ended.stderr.slice(-200)}`;
  const reached = { milliseconds: ended.seconds * 1000, cpu: 0, bytes: 0 };
  return { reached, end: describeEnd(ended) + why, alive: false, missed: ["the process"] };
}

function judge(set: Outcome["set"], said: Said): Omit<Outcome, "group" | "name" | "set"> {
  const { milliseconds, cpu, bytes, answers } = said;
  // The time that other programs took the processor for is not the engine's.
  const time = Math.min(milliseconds, cpu) / set.milliseconds;
  const missed = [
    ...(time > WITHIN ? [`time ${time.toFixed(1)}x`] : []),
    ...(bytes > WITHIN * set.bytes ? [`memory ${(bytes / set.bytes).toFixed(1)}x`] : []),
    ...(answers ? [] : ["the engine"]),
  ];
  const end = said.kind ? `${said.end} ${said.option ?? said.kind}` : said.end;
  return { reached: { milliseconds, cpu, bytes }, end, alive: answers, missed };
}
