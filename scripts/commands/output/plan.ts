// A plan as text: the commands of build and smoke.
import type { Plan, TargetPlan } from "../../model/plan.ts";
import type { WheelPlan } from "../../stages/wheel/plan.ts";
import { formatCommand } from "../../tools/exec.ts";

/** A plan as shell commands. */
export function describePlan(plan: Plan): string {
  const lines: string[] = [];
  for (const target of plan.targets) {
    lines.push(headOf(target));
    for (const step of target.steps) lines.push(`# ${step.id} -> ${step.outputs.join(", ")}`, formatCommand(step));
    for (const run of target.runs) {
      lines.push(`# smoke ${run.kind} on ${run.cpu}${run.standsIn ? `; stand-in: ${run.standsIn}` : ""}`);
      lines.push(run.skip ? `# skipped: ${run.skip}` : formatCommand({ argv: [...run.emulator, ...run.program], env: run.env }));
    }
  }
  return withPrepareAndSkipped(plan, lines);
}

/** A plan of wheels as shell commands; between build and run the wheel is unpacked. */
export function describeWheelPlan(plan: WheelPlan): string {
  const lines = plan.wheels.flatMap((wheel) => {
    const build = [headOf(wheel), `# wheel -> ${wheel.out}`, formatCommand(wheel.step)];
    if ("skip" in wheel.run) return [...build, `# smoke skipped: ${wheel.run.skip}`];
    return [...build, `# smoke on ${wheel.run.cpu}, with the wheel unpacked in ${wheel.site}`, formatCommand(wheel.run)];
  });
  return withPrepareAndSkipped(plan, lines);
}

type Head = Pick<TargetPlan, "target" | "builder" | "because" | "note" | "tools" | "std">;

function headOf({ target, builder, because, note, tools, std }: Head): string {
  const head = `\n## ${target.triple} (${builder}: ${because}; ${tools}; std ${std})`;
  return note ? `${head}\n# note: ${note}` : head;
}

/** The lines of the targets, between the prepare steps and the skipped targets. */
function withPrepareAndSkipped({ prepare, skipped }: Pick<Plan, "prepare" | "skipped">, lines: string[]): string {
  const before = prepare.map((step) => `# ${step.id}\n${formatCommand(step)}`);
  return [...before, ...lines, ...skipped.map(({ target, reason }) => `\n## ${target}: skipped: ${reason}`)].join("\n");
}
