import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { hostMachine, type Machine, type Outcome, runCases, targetMachine } from "../limits/run.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import { LIMITS } from "../limits/limits.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

const HEADER = ["case", "limit ms", "reached", "processor ms", "limit MB", "reached", "end", ""];
const TARGET = "armv7-unknown-linux-gnueabihf";

type Options = { target: string; only: string; time: number; host: boolean; emulated: boolean };

/** `boardkit dev limits`: hostile policies and inputs against the limits of @boardkit/grid. */
export function addLimits(program: Command, edge: Edge): void {
  program
    .command("limits")
    .description("run hostile policies and inputs on this machine and under QEMU, and compare the values that they reach with the limits")
    .option("-t, --target <triple>", "the emulated target, as built in dist", TARGET)
    .option("--only <text>", "only the cases whose group or name contains this text", "")
    .option(
      "--time <ms>",
      "time limit of an evaluation; 10 on this machine is like 100 on a board 10 times slower",
      parseCount(1, 60_000),
      LIMITS.maxEvaluationMs,
    )
    .option("--no-host", "do not run on this machine")
    .option("--no-emulated", "do not run under QEMU")
    .action(async ({ target, only, time, host, emulated }: Options, command: Command) => {
      const context = createContext({}, edge);
      const { signal, reporter } = context;
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      // Before all cases, so that a missing build fails at once.
      const machines: Machine[] = [...(host ? [hostMachine()] : []), ...(emulated ? [await targetMachine(cwd, target, context)] : [])];
      const limits = { ...LIMITS, maxEvaluationMs: time };
      const allMissed: string[] = [];
      for (const machine of machines) {
        const outcomes: Outcome[] = [];
        for await (const outcome of runCases(machine, only, limits, signal)) {
          const missed = outcome.missed.length > 0 ? `: MISSED ${outcome.missed.join(", ")}` : "";
          reporter.note(`${machine.name} ${outcome.group}: ${outcome.name}${missed}`);
          outcomes.push(outcome);
        }
        print(`${machine.name}\n\n${formatTable(HEADER, outcomes.map(rowOf))}\n`);
        const bad = outcomes.filter((outcome) => outcome.missed.length > 0);
        print(`${outcomes.length - bad.length} of ${outcomes.length} stay within twice the limits\n`);
        allMissed.push(...bad.map((outcome) => `${machine.name} ${outcome.group}: ${outcome.name}: ${outcome.missed.join(", ")}`));
      }
      if (allMissed.length === 0) return;
      throw new BoardkitError(`${allMissed.length} cases exceed twice their limits`, {
        code: "LIMITS_EXCEEDED",
        tail: allMissed.join("\n"),
        fix: "run one again with --only <case>; most builtins cannot be interrupted",
      });
    });
}

function rowOf({ group, name, set, reached, end, alive, missed }: Outcome): string[] {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const [ms, cpu, mb] = [reached.milliseconds.toFixed(0), reached.cpu.toFixed(0), megabytes(reached.bytes)];
  const verdict = missed.length > 0 ? `MISSED: ${missed.join(", ")}` : alive ? "ok" : "";
  return [`${group}: ${name}`, String(set.milliseconds), ms, cpu, megabytes(set.bytes), mb, end, verdict];
}
