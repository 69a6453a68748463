// One emulated run, under the emulator at the CPU that was planned; a failure is told apart by a control run without the addon.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { explainEnd, RUN_TIMEOUT_SECONDS } from "../../emulate/control.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import type { PlannedRun } from "../../model/plan.ts";
import { formatCommand, run as execute, tailOf, type Outcome } from "../../tools/exec.ts";
import type { RunResult } from "../../model/report/manifest.ts";
import { readOutcome, type Counts } from "./results.ts";

type Ran = Pick<RunResult, "outcome" | "passed" | "failed" | "seconds" | "runtime"> & { reason?: string };

/** Runs the programs of a planned run; one that fails makes the run fail, with its reason. */
export async function runProgram(planned: PlannedRun, logs: string, signal: AbortSignal): Promise<Ran> {
  await mkdir(logs, { recursive: true });
  if (planned.kind !== "tests") return runOne(planned, planned.program, join(logs, `smoke-${planned.kind}`), signal);
  const folder = planned.program[0] ?? "";
  const names = (await readdir(folder)).toSorted();
  if (names.length === 0) {
    throw new BoardkitError(`cargo made no test program in ${folder}`, {
      code: "NO_TESTS",
      fix: "name crates that have tests in boardkit.tests of package.json",
    });
  }
  const started = performance.now();
  // Side by side, since much of their time is waiting for something to expire.
  const results = await inPool(names, { size: availableParallelism(), keepGoing: true }, (name) =>
    runOne(planned, [join(folder, name)], join(logs, `smoke-tests-${name}`), signal),
  );
  const ran = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  const sum = (key: "passed" | "failed") => ran.reduce((total, one) => total + one[key], 0);
  const seconds = (performance.now() - started) / 1000;
  const total = { passed: sum("passed"), failed: sum("failed"), seconds, runtime: `${names.length} test programs` };
  const bad = ran.find((one) => one.outcome === "failed");
  return { ...total, outcome: bad ? "failed" : "passed", ...(bad?.reason ? { reason: bad.reason } : {}) };
}

/** Runs one program; its log and the file for its counts have the name that `place` begins. */
async function runOne(planned: PlannedRun, program: string[], place: string, signal: AbortSignal): Promise<Ran> {
  const [log, resultFile] = [`${place}.log`, `${place}.json`];
  await rm(resultFile, { force: true });
  const command = {
    argv: [...planned.emulator, ...program],
    env: { ...planned.env, BOARDKIT_RESULT: resultFile },
    log,
    signal,
    timeoutSeconds: RUN_TIMEOUT_SECONDS,
  };
  const outcome = await execute(command);
  const counts = readOutcome(planned.kind, outcome, existsSync(resultFile) ? await readFile(resultFile, "utf8") : undefined);
  const ran = { ...counts, seconds: outcome.seconds };
  if (outcome.exitCode === 0 && counts.failed === 0 && counts.passed > 0) return { ...ran, outcome: "passed" };
  const reason = await explainFailure(planned, program, outcome, counts, signal);
  return { ...ran, outcome: "failed", reason: `${reason}\n  ran:  ${formatCommand(command)}\n  log:  ${log}` };
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
  if (outcome.exitCode === 0) return `${name} ended well and reported nothing that passed\n${tailOf(outcome.stdout + outcome.stderr)}`;
  return explainEnd(planned, name, outcome, signal);
}
