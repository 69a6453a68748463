// A published maturin project, unchanged: its wheels are built and audited, and called in a Python of the target.
import { BoardkitError } from "../../lib/errors.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Context } from "../../stages/context.ts";
import { runStages } from "../../stages/pipeline.ts";
import { need, type Request } from "../../stages/stage.ts";
import type { PlannedWheel } from "../../stages/wheel/plan.ts";
import { planOf } from "../../stages/wheel/wheel.ts";
import { describeEnd, run, tailOf } from "../../tools/exec.ts";
import type { ForeignProject } from "./list.ts";
import type { ForeignRow } from "./results.ts";
import { base, explained } from "./row.ts";

/** Builds the wheels of a project for the targets of a request. */
export async function* runWheels(project: ForeignProject, request: Request, context: Context): AsyncGenerator<ForeignRow> {
  const state = await runStages(["set-up", "plan", "wheel"], request, context);
  const { wheels } = await planOf(state, context);
  for (const { target, output, error } of need(state, "wheels")) {
    const row = base(project, target);
    const planned = wheels.find((one) => one.target.triple === target);
    if (!output || !planned) {
      yield explained(project, { ...row, built: "no" }, error);
      continue;
    }
    yield {
      ...row,
      built: formatBytes(output.wheel.bytes),
      audit: output.audit.findings.length,
      ...(await callOf(project, planned, context)),
    };
  }
}

/** Calls the unpacked wheel in the target's Python, at its lowest CPU. */
async function callOf(
  { call }: ForeignProject,
  { run: planned }: PlannedWheel,
  { signal }: Context,
): Promise<Pick<ForeignRow, "runs" | "notRun" | "fault">> {
  if ("skip" in planned) return { runs: [], notRun: planned.skip };
  if (call === undefined) throw new BoardkitError("a project of PyPI needs a call", { code: "BAD_DATA" });
  const { interpreter, env, cpu } = planned;
  const outcome = await run({ argv: [...interpreter, "-c", call], env, signal, timeoutSeconds: 120 });
  const called = { program: "Python", did: "call", cpu } as const;
  if (outcome.exitCode === 0) return { runs: [{ ...called, end: "runs" }] };
  return { runs: [{ ...called, end: "fails" }], fault: `Python, call on ${cpu} ${describeEnd(outcome)}: ${tailOf(outcome.stderr)}` };
}
