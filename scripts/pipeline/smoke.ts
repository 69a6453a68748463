// Runs built addons under the emulator, at the lowest CPU of their target, as their manifest says.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { hashValue } from "../lib/hash.ts";
import { inPool } from "../lib/pool.ts";
import { distFolder } from "../model/names.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import type { Triple } from "../model/triple.ts";
import { describeEnd, formatCommand, run as execute, tailOf, type Outcome } from "../tools/exec.ts";
import { checkArtifact } from "./check.ts";
import type { Context } from "./context.ts";
import { hashInputs } from "./execute.ts";
import { readManifest, writeManifest, type Manifest, type RunResult } from "./manifest.ts";
import { readOutcome, type Counts } from "./smoke-results.ts";

const TIMEOUT_SECONDS = 180;

/** Smoke-tests targets side by side. `addon` takes the place of the built file of the one target. */
export async function smokeTargets(project: Project, targets: Triple[], addon: string | undefined, context: Context): Promise<Manifest[]> {
  const results = await inPool(targets, context.jobs, true, (target) => smokeTarget(project, target, addon, context));
  context.signal.throwIfAborted();
  const failure = results.find((result) => result?.status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
  return results.flatMap((result) => (result?.status === "fulfilled" ? [result.value] : []));
}

async function smokeTarget(project: Project, target: Triple, addon: string | undefined, context: Context): Promise<Manifest> {
  const dist = distFolder(project.folder, target.triple);
  const manifest = await readManifest(dist);
  const built = join(dist, manifest?.artifact.file ?? "");
  if (!manifest || !existsSync(built)) {
    throw new BoardkitError(`${target.triple} is not built`, {
      code: "NOT_BUILT",
      exit: "usage",
      place: dist,
      mend: `run: boardkit build --target ${target.triple}`,
    });
  }
  const file = addon ? resolve(addon) : built;
  if (!existsSync(file))
    throw new BoardkitError(`there is no ${file}`, { code: "NO_ADDON", exit: "usage", mend: "name a .node file with --addon" });
  await checkArtifact(file, manifest.target);
  const smoke: RunResult[] = [];
  for (const planned of manifest.runs) {
    const wanted = file === built ? planned : replaceAddon(planned, built, file);
    const known = context.force ? undefined : manifest.smoke.find((result) => result.kind === planned.kind && result.cpu === planned.cpu);
    smoke.push(await smokeRun(wanted, known, target.triple, dist, context));
  }
  const result = { ...manifest, smoke };
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

type Ran = Pick<RunResult, "outcome" | "passed" | "failed" | "seconds" | "runtime"> & { reason?: string };

async function runProgram(planned: PlannedRun, logs: string, signal: AbortSignal): Promise<Ran> {
  const programs =
    planned.kind === "tests"
      ? (await readdir(planned.program[0] ?? "")).toSorted().map((name) => [join(planned.program[0] ?? "", name)])
      : [planned.program];
  const total: Ran = { outcome: "passed", passed: 0, failed: 0, seconds: 0, runtime: "" };
  for (const [index, program] of programs.entries()) {
    const log = join(logs, `smoke-${planned.kind}${programs.length > 1 ? `-${index + 1}` : ""}.log`);
    const resultFile = join(logs, `smoke-${planned.kind}.json`);
    await mkdir(logs, { recursive: true });
    await rm(resultFile, { force: true });
    const command = {
      argv: [...planned.emulator, ...program],
      env: { ...planned.env, BOARDKIT_RESULT: resultFile },
      log,
      signal,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    const outcome = await execute(command);
    const counts = readOutcome(planned.kind, outcome, existsSync(resultFile) ? await readFile(resultFile, "utf8") : undefined);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.seconds += outcome.seconds;
    total.runtime = planned.kind === "tests" ? `${programs.length} test programs` : counts.runtime;
    if (outcome.exitCode === 0 && counts.failed === 0 && counts.passed > 0) continue;
    const reason = await explainFailure(planned, program, outcome, counts, signal);
    return { ...total, outcome: "failed", reason: `${reason}\n  ran:  ${formatCommand(command)}\n  log:  ${log}` };
  }
  return total;
}

/** Says whose fault it was: the same emulator and CPU without the addon is the control. */
async function explainFailure(
  planned: PlannedRun,
  program: string[],
  outcome: Outcome,
  counts: Counts,
  signal: AbortSignal,
): Promise<string> {
  const name = basename(program[0] ?? "");
  if (outcome.exitCode !== undefined && !outcome.timedOut && counts.failed > 0)
    return `${counts.failed} failed\n${tailOf(outcome.stdout + outcome.stderr)}`;
  const control = await execute({
    argv: [...planned.emulator, ...planned.control],
    env: planned.env,
    signal,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const end = `${name} ${describeEnd(outcome)}`;
  if (control.exitCode !== 0)
    return `${end}, and so does the control run without the addon (${describeEnd(control)}): the emulator or its runtime fails on ${planned.cpu}, not the addon`;
  const cause = outcome.endedBy === "SIGILL" ? `an instruction that ${planned.cpu} does not have` : "the addon";
  return `${end} on ${planned.cpu}; the control run without the addon ends well, so the fault is ${cause}\n${tailOf(outcome.stdout + outcome.stderr)}`;
}
