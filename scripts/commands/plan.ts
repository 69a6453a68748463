import type { Command } from "commander";
import { formatCommand } from "../tools/exec.ts";
import type { Plan } from "../model/plan.ts";
import { planStage } from "../pipeline/index.ts";
import { addPlanOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";

/** `boardkit plan`: the steps that build and smoke would run. */
export function addPlan(program: Command, edge: Edge): void {
  addPlanOptions(program.command("plan").description("print the steps that build runs: commands, environment, inputs, outputs")).action(
    async (options: SharedOptions, command: Command) => {
      const plan = await planStage(requestOf(options, command, edge), createContext(options, edge));
      print(options.json ? JSON.stringify(plan, null, 2) : describePlan(plan));
    },
  );
}

/** A plan as commands that one could type. */
export function describePlan(plan: Plan): string {
  const lines = plan.prepare.map((step) => `# ${step.id}\n${formatCommand(step)}`);
  for (const target of plan.targets) {
    lines.push(`\n## ${target.target.triple} (${target.builder}: ${target.because}; ${target.tools}; std ${target.std})`);
    for (const step of target.steps) lines.push(`# ${step.id} -> ${step.outputs.join(", ")}`, formatCommand(step));
    for (const run of target.runs) {
      lines.push(`# smoke ${run.kind} on ${run.cpu}${run.standsIn ? `; stands in: ${run.standsIn}` : ""}`);
      lines.push(run.skip ? `# skipped: ${run.skip}` : formatCommand({ argv: [...run.emulator, ...run.program], env: run.env }));
    }
  }
  for (const { target, reason } of plan.skipped) lines.push(`\n## ${target}: skipped: ${reason}`);
  return lines.join("\n");
}
