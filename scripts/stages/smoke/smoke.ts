// Smoke-tests built addons as planned: every run of a target, skipped where nothing changed.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashValue } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import type { PlannedRun, TargetPlan } from "../../model/plan.ts";
import type { Triple } from "../../model/triple.ts";
import { checkArtifact } from "../audit/check.ts";
import type { Context } from "../context.ts";
import { hashInputs } from "../build/execute.ts";
import { readBuilt, writeManifest, type Manifest, type RunResult } from "../manifest.ts";
import { runProgram } from "./run.ts";

/** What smoke takes of the plan of a target: with another cache folder the runs are not those of its build. */
export type BuiltTarget = Pick<TargetPlan, "dist" | "runs"> & { target: Pick<Triple, "triple"> };

/** Smoke-tests targets side by side. `addon` takes the place of the built file of the one target. */
export async function smokeTargets(targets: BuiltTarget[], addon: string | undefined, context: Context): Promise<Manifest[]> {
  const results = await inPool(targets, { size: context.jobs, keepGoing: true }, (target) => smokeTarget(target, addon, context));
  context.signal.throwIfAborted();
  const failure = results.find((result) => result?.status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
  return results.flatMap((result) => (result?.status === "fulfilled" ? [result.value] : []));
}

async function smokeTarget({ target, dist, runs }: BuiltTarget, addon: string | undefined, context: Context): Promise<Manifest> {
  const { triple } = target;
  const { manifest, built } = await readBuilt(triple, dist);
  const file = addon ? resolve(addon) : built;
  if (!existsSync(file))
    throw new BoardkitError(`there is no ${file}`, { code: "NO_ADDON", exit: "usage", fix: "name a .node file with --addon" });
  await checkArtifact(file, manifest.place, { exit: addon ? "usage" : "failed", structureOnly: true });
  const smoke: RunResult[] = [];
  for (const planned of runs) {
    const wanted = file === built ? planned : replaceAddon(planned, built, file);
    const known = context.force ? undefined : manifest.smoke.find((result) => result.kind === planned.kind && result.cpu === planned.cpu);
    smoke.push(await smokeRun(wanted, known, triple, dist, context));
  }
  const result = { ...manifest, runs, smoke };
  if (file === built) await writeManifest(dist, result);
  return result;
}

function replaceAddon(planned: PlannedRun, built: string, file: string): PlannedRun {
  const replace = (word: string) => (word === built ? file : word);
  const env = Object.fromEntries(Object.entries(planned.env).map(([name, value]) => [name, replace(value)]));
  return { ...planned, env, program: planned.program.map(replace), inputs: planned.inputs.map(replace) };
}

async function smokeRun(
  planned: PlannedRun,
  known: RunResult | undefined,
  subject: string,
  dist: string,
  context: Context,
): Promise<RunResult> {
  const { kind, cpu, standsIn } = planned;
  const step = `smoke ${kind}`;
  const base = { kind, cpu, ...(standsIn ? { standsIn } : {}), passed: 0, failed: 0, seconds: 0, runtime: "" };
  if (planned.skip) {
    context.reporter.skipped(step, subject, planned.skip);
    return { ...base, outcome: "skipped", reason: planned.skip, key: "" };
  }
  const key = hashValue([planned.emulator, planned.program, planned.env, await hashInputs(planned.inputs)]);
  if (known?.key === key && known.outcome === "passed") {
    context.reporter.skipped(step, subject, "unchanged");
    return known;
  }
  const result = { ...base, ...(await runProgram(planned, join(dist, "logs"), context.signal)), key };
  const note = `${result.passed} passed on ${cpu}, ${result.runtime}`;
  if (result.outcome === "passed") context.reporter.done(step, subject, result.seconds, note);
  else context.reporter.failed(step, subject, result.seconds, result.reason);
  return result;
}
