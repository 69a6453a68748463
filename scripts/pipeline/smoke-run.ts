// One emulated run, under the emulator at the CPU that was planned; a failure is told apart by a control run without the addon.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import type { PlannedRun } from "../model/plan.ts";
import { describeEnd, formatCommand, run as execute, tailOf, type Outcome } from "../tools/exec.ts";
import type { RunResult } from "./manifest.ts";
import { readOutcome, type Counts } from "./smoke-results.ts";

const TIMEOUT_SECONDS = 180;

type Ran = Pick<RunResult, "outcome" | "passed" | "failed" | "seconds" | "runtime"> & { reason?: string };

/** Runs the programs of a planned run one after another, up to the first that fails. */
export async function runProgram(planned: PlannedRun, logs: string, signal: AbortSignal): Promise<Ran> {
  const programs =
    planned.kind === "tests"
      ? (await readdir(planned.program[0] ?? "")).toSorted().map((name) => [join(planned.program[0] ?? "", name)])
      : [planned.program];
  if (programs.length === 0)
    throw new BoardkitError(`cargo made no test program in ${planned.program[0]}`, {
      code: "NO_TESTS",
      mend: "name crates that have tests in boardkit.tests of package.json",
    });
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
  if (outcome.exitCode === 0) return `${name} ended well and reported nothing that passed\n${tailOf(outcome.stdout + outcome.stderr)}`;
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
