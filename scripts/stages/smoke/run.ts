// One emulated run on the planned CPU. If it fails, a control run without the addon shows what is at fault.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { explainWithControl, RUN_TIMEOUT_SECONDS } from "../../emulate/control.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import type { PlannedRun } from "../../model/plan.ts";
import { formatCommand, run as execute, tailOf, type Outcome } from "../../tools/exec.ts";
import type { RunResult } from "../../model/report/manifest.ts";
import { HOST_LACKS } from "../../target-side/host/sources.ts";
import { readFailures, readOutcome, type Counts } from "./results.ts";

type RunOutcome = Pick<RunResult, "outcome" | "passed" | "failed" | "failures" | "seconds" | "runtime"> & { reason?: string };

/** Runs the programs of a planned run; one that fails makes the run fail, with its reason. `show` gets what is running. */
export async function runProgram(
  planned: PlannedRun,
  logs: string,
  signal: AbortSignal,
  show: (phase: string) => void = () => {},
  timeoutSeconds = RUN_TIMEOUT_SECONDS,
): Promise<RunOutcome> {
  await mkdir(logs, { recursive: true });
  show(`on ${planned.cpu}`);
  if (planned.kind !== "tests") return runOne(planned, planned.program, join(logs, `smoke-${planned.kind}`), timeoutSeconds, signal);
  const folder = planned.program[0] ?? "";
  const names = (await readdir(folder)).toSorted();
  if (names.length === 0) {
    throw new BoardkitError(`cargo built no test program in ${folder}`, {
      code: "NO_TESTS",
      fix: "name crates that have tests in boardkit.tests of package.json",
    });
  }
  const started = performance.now();
  // In parallel, since they mostly wait for timers.
  const results = await inPool(names, { size: availableParallelism(), keepGoing: true }, (name) => {
    show(`${name} on ${planned.cpu}`);
    return runOne(planned, [join(folder, name)], join(logs, `smoke-tests-${name}`), timeoutSeconds, signal);
  });
  const outcomes = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  const sum = (key: "passed" | "failed") => outcomes.reduce((total, run) => total + run[key], 0);
  const seconds = (performance.now() - started) / 1000;
  const total = { passed: sum("passed"), failed: sum("failed"), seconds, runtime: `${names.length} test programs` };
  const bad = outcomes.find(({ outcome }) => outcome === "failed");
  return { ...total, outcome: bad ? "failed" : "passed", ...(bad?.reason ? { reason: bad.reason } : {}) };
}

/** Runs one program; `place` is the path of its log and its counts, without the extension. */
async function runOne(
  planned: PlannedRun,
  program: string[],
  place: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const [log, resultFile] = [`${place}.log`, `${place}.json`];
  await rm(resultFile, { force: true });
  const command = {
    argv: [...planned.emulator, ...program],
    env: { ...planned.env, BOARDKIT_RESULT: resultFile },
    log,
    signal,
    timeoutSeconds,
  };
  const outcome = await execute(command);
  const written = existsSync(resultFile) ? await readFile(resultFile, "utf8") : undefined;
  const counts = readOutcome(planned.kind, outcome, written);
  const failures = readFailures(written);
  // The script sees the Node that the runtime claims to be.
  const runtime = planned.runtime ?? counts.runtime;
  const base = { ...counts, runtime, ...(failures.length > 0 ? { failures } : {}), seconds: outcome.seconds };
  if (outcome.exitCode === 0 && counts.failed === 0 && counts.passed > 0) return { ...base, outcome: "passed" };
  const [, lacking] = (planned.kind === "host" && HOST_LACKS.exec(outcome.stderr)) || [];
  // The script asks for more than the host is made for: that says nothing about the addon.
  if (lacking !== undefined && counts.failed === 0 && planned.load && program !== planned.load) {
    const loaded = await runOne(planned, planned.load, `${place}-load`, timeoutSeconds, signal);
    return { ...loaded, runtime: `${loaded.runtime}, load only: it has no ${lacking}` };
  }
  const reason = await explainFailure(planned, program, outcome, counts, signal);
  return { ...base, outcome: "failed", reason: `${reason}\n  ran:  ${formatCommand(command)}\n  log:  ${log}` };
}

/** The reason of a failure; if the program has not counted one, the control run shows what is at fault. */
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
  if (outcome.exitCode === 0) return `${name} exited with 0 but reported no passed test\n${tailOf(outcome.stdout + outcome.stderr)}`;
  return explainWithControl(planned, name, outcome, signal);
}
