// Runs hostile cases, each in its own process, on this machine and under emulation, and compares the reached values with the limits.
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
import { CASES, type NamedCase } from "./cases/all.ts";
import type { Limits } from "./limits.ts";
import { DROPPED_BYTES, DROPPED_MS, type Lifetime, LIFETIMES } from "./lifetimes.ts";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const DROPPED = fileURLToPath(new URL("dropped.mjs", import.meta.url));
const ENTRY = pathToFileURL(join(packageRoot, "bindings/node/lib/index.js")).href;
const PATIENCE_SECONDS = 120;
/** A reached value may be at most this many times the limit. */
const WITHIN = 2;

/** A machine for cases: the command of its Node, which may begin with an emulator. */
export type Machine = { name: string; node: string[]; env: Record<string, string>; emulated: boolean };

/** The output of child.mjs. */
type CaseReport = {
  end: string;
  kind?: string;
  option?: string;
  message?: string;
  milliseconds: number;
  cpu: number;
  bytes: number;
  answers: boolean;
};

/** The output of dropped.mjs. */
type DroppedReport = { milliseconds: number; cpu: number; left: number; peak: number; answers: boolean };

export type Outcome = {
  group: string;
  name: string;
  /** The limits, and the reached values. */
  set: { milliseconds: number; bytes: number };
  reached: { milliseconds: number; cpu: number; bytes: number };
  /** How the case ended: a code and its kind, or the end of the process. */
  end: string;
  /** Whether the process lives and its engine answers. */
  alive: boolean;
  /** The exceeded limits; empty if there are none. */
  missed: string[];
};

/** This machine, with the addon beside the package. */
export function hostMachine(): Machine {
  return { name: `${process.platform}-${process.arch}`, node: [process.execPath], env: {}, emulated: false };
}

/** The emulated machine of a target, with its built addon and the Node of its smoke runs. */
export async function targetMachine(folder: string, triple: string, context: Pick<Context, "cache" | "registry">): Promise<Machine> {
  const dist = targetFolder(folder, triple);
  const { manifest, addon } = await readBuilt(triple, dist);
  const { cache, registry } = context;
  const runs = planRuns(registry, manifest.target, readProject(folder), { cache, dist, addon });
  const planned = runs.find(({ kind }) => kind === "node");
  const [node = ""] = planned?.program ?? [];
  if (!planned || !existsSync(node)) {
    const fix = planned ? `run: boardkit smoke --target ${triple}` : "choose a target with a smoke run in Node";
    throw new BoardkitError(`there is no Node to run ${triple} in`, { code: "NO_NODE", exit: "usage", place: dist, fix });
  }
  const env = { ...planned.env, GRID_NATIVE_PATH: addon };
  return { name: `${triple} on ${planned.cpu}`, node: [...planned.emulator, node], env, emulated: true };
}

/** Runs the cases whose group or name contains `only`, one after the other, with these limits. */
export async function* runCases(machine: Machine, only: string, limits: Limits, signal: AbortSignal): AsyncGenerator<Outcome> {
  const isChosen = ({ group, name }: { group: string; name: string }) => `${group}: ${name}`.includes(only);
  const folder = await mkdtemp(join(tmpdir(), "boardkit-limits-"));
  try {
    for (const one of CASES.filter(isChosen)) {
      const file = join(folder, "case.json");
      await writeFile(file, JSON.stringify({ limits, one }));
      yield await outcomeOf(machine, one, limits, file, signal);
    }
    // V8 behaves the same under emulation, where these cases take minutes.
    const lifetimes = machine.emulated ? [] : LIFETIMES.map((one) => ({ group: "lifetimes", ...one }));
    for (const one of lifetimes.filter(isChosen)) yield await lifetimeOf(machine, one, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(
  { node, env }: Machine,
  { group, name, evaluate }: NamedCase,
  limits: Limits,
  file: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const set =
    evaluate === undefined
      ? { milliseconds: limits.maxLoadMs, bytes: limits.maxLoadMemoryBytes }
      : { milliseconds: limits.maxEvaluationMs, bytes: limits.maxEvaluationMemoryBytes };
  const ended = await run({ argv: [...node, "--expose-gc", CHILD, ENTRY, file], env, signal, timeoutSeconds: PATIENCE_SECONDS });
  return { group, name, set, ...(ended.exitCode === 0 ? judge(set, JSON.parse(ended.stdout) as CaseReport) : died(ended)) };
}

async function lifetimeOf({ node, env }: Machine, one: Lifetime & { group: string }, signal: AbortSignal): Promise<Outcome> {
  const { group, name, kind, count, of } = one;
  const set = { milliseconds: DROPPED_MS, bytes: DROPPED_BYTES };
  const ended = await run({ argv: [...node, DROPPED, ENTRY, kind, String(count)], env, signal, timeoutSeconds: PATIENCE_SECONDS });
  if (ended.exitCode !== 0) return { group, name, set, ...died(ended) };
  const { left, peak, ...report } = JSON.parse(ended.stdout) as DroppedReport;
  const end = of === "peak" ? "dropped as they come" : "dropped at the end";
  return { group, name, set, ...judge(set, { ...report, end, bytes: { left, peak }[of] }) };
}

function died(ended: Ended): Omit<Outcome, "group" | "name" | "set"> {
  const why = ended.timedOut ? "" : `: ${ended.stderr.split("\n").find((line) => line.includes("Error")) ?? ended.stderr.slice(-200)}`;
  const reached = { milliseconds: ended.seconds * 1000, cpu: 0, bytes: 0 };
  return { reached, end: describeEnd(ended) + why, alive: false, missed: ["the process"] };
}

function judge(set: Outcome["set"], report: CaseReport): Omit<Outcome, "group" | "name" | "set"> {
  const { milliseconds, cpu, bytes, answers } = report;
  // Processor time of other programs does not count.
  const time = Math.min(milliseconds, cpu) / set.milliseconds;
  const missed = [
    ...(time > WITHIN ? [`time ${time.toFixed(1)}x`] : []),
    ...(bytes > WITHIN * set.bytes ? [`memory ${(bytes / set.bytes).toFixed(1)}x`] : []),
    ...(answers ? [] : ["the engine"]),
  ];
  const end = report.kind ? `${report.end} ${report.option ?? report.kind}` : report.end;
  return { reached: { milliseconds, cpu, bytes }, end, alive: answers, missed };
}
