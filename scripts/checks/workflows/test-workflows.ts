import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { formatTable } from "../../lib/reporter.ts";
import { createContext, print, targetOption } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { runTools } from "./act.ts";
import { runScenario, type Result } from "./run.ts";
import { scenarios, type Scenario } from "./scenarios.ts";

/** Compiles fast, and is the target of a board. */
const TARGETS = ["x86_64-unknown-linux-musl"];

/** `boardkit dev test-workflows`: runs the workflows of .github with act. */
export function addTestWorkflows(program: Command, edge: Edge): void {
  program
    .command("test-workflows")
    .description("run the workflows of this repo, and those of a project that calls them, on this machine with act; needs root")
    .argument("[names...]", `only these runs: ${scenarios.map(({ name }) => name).join(", ")}`)
    .requiredOption("--actions <folder>", "clones of the actions that the workflows use: <folder>/<owner>/<name>.git")
    .addOption(targetOption(TARGETS.join(", ")))
    .action(async (names: string[], { actions, target }: { actions: string; target: string[] }) => {
      const context = createContext({}, edge);
      const chosen = choose(names);
      if (process.getuid?.() !== 0)
        throw new BoardkitError("the jobs install programs in a copy of this machine's files, which only root can make", {
          code: "NOT_ROOT",
          exit: "toolMissing",
          fix: "run it as root, for example in a virtual machine",
        });
      await fetchItems(runTools(), context);
      const faults: string[] = [];
      for (const scenario of chosen) {
        context.reporter.note(`${scenario.name}: ${scenario.summary}`);
        const targets = target.length > 0 ? target : TARGETS;
        const result = await runScenario(scenario, { actions, targets, env: edge.env }, context);
        print(describe(scenario, result));
        for (const { title, faults: found, log } of result.pushes)
          faults.push(...found.map((fault) => `${scenario.name}, ${title}: ${fault}; its log: ${log}`));
      }
      if (faults.length === 0) return;
      throw new BoardkitError(`the runs have ${faults.length} faults`, {
        code: "WORKFLOW_FAILED",
        tail: faults.join("\n"),
      });
    });
}

function choose(names: string[]): Scenario[] {
  const unknown = names.filter((name) => scenarios.every((scenario) => scenario.name !== name));
  if (unknown.length > 0)
    throw new BoardkitError(`there is no run ${unknown.join(", ")}`, {
      code: "USAGE",
      exit: "usage",
      fix: `the runs are ${scenarios.map(({ name }) => name).join(", ")}`,
    });
  return scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
}

function describe({ name, job }: Scenario, { pushes, standIns }: Result): string {
  const minutes = (seconds: number) => (seconds / 60).toFixed(1);
  const rows = pushes.flatMap(({ title, jobs }) =>
    jobs.map(({ name: of, result, seconds, steps }) => {
      const longest = steps.toSorted((a, b) => b.seconds - a.seconds)[0];
      return [title, of, result, minutes(seconds), longest ? `${longest.name} ${minutes(longest.seconds)}` : ""];
    }),
  );
  return [
    formatTable([name, "job", "result", "minutes", "longest step"], rows),
    ...standIns.map((text) => `stand-in: ${text}`),
    ...(job ? [`only the job ${job.id}: ${job.why}`] : []),
    "",
  ].join("\n");
}
