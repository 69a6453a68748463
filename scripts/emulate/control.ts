// The control of an emulated run: the same emulator and CPU without the addon. It shows whether the emulator or the addon is at fault.
import type { PlannedRun } from "../model/plan.ts";
import { describeEnd, run, tailOf, type Outcome } from "../tools/exec.ts";

/** The time limit of a run. */
export const RUN_TIMEOUT_SECONDS = 180;

/** Runs the control. */
export function runControl({ emulator, control, env }: PlannedRun, signal: AbortSignal): Promise<Outcome> {
  return run({ argv: [...emulator, ...control], env, signal, timeoutSeconds: RUN_TIMEOUT_SECONDS });
}

/** The text for a program that failed: how it ended, and whether the emulator or the addon is at fault. */
export async function explainWithControl(planned: PlannedRun, name: string, outcome: Outcome, signal: AbortSignal): Promise<string> {
  const control = await runControl(planned, signal);
  const end = `${name} ${describeEnd(outcome)}`;
  if (control.exitCode !== 0)
    return `${end}, and so does the control run without the addon (${describeEnd(control)}): the emulator or its runtime fails on ${planned.cpu}, not the addon`;
  const cause = outcome.endedBy === "SIGILL" ? `an instruction that ${planned.cpu} does not have` : "the addon";
  return `${end} on ${planned.cpu}; the control run without the addon passes, so the cause is ${cause}\n${tailOf(outcome.stdout + outcome.stderr)}`;
}
