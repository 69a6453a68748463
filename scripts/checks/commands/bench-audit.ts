import { type Command, InvalidArgumentError } from "commander";
import { formatTable } from "../../lib/reporter.ts";
import { benchAudit, GOALS, type Figures } from "../bench-audit/bench-audit.ts";
import { createContext, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev bench-audit`: time and memory of the audit beside a disassembler, on fetched addons. */
export function addBenchAudit(program: Command, edge: Edge): void {
  program
    .command("bench-audit")
    .description("time the audit of published addons on one core, beside a disassembler")
    .option("--repeats <n>", "measurements per file; the table has their medians", parseRepeats, 5)
    .action(async ({ repeats }: { repeats: number }) => {
      const { pinned, figures } = await benchAudit(repeats, edge.env.PATH ?? "", createContext({}, edge));
      print(formatTable(["file", "MB", "audit s", "peak RSS MB", "objdump s", "ratio", "goals"], figures.map(rowOf)));
      const { seconds, bytes } = GOALS;
      const where = pinned ? "on one core" : "not pinned to a core: taskset is not on the PATH";
      print(`\nmedians of ${repeats}, ${where}; ratio: audit to disassembler`);
      print(`goals: ${seconds["2 MB"]} s for 2 MB, ${seconds["25 MB"]} s for 25 MB, ${bytes / 1e6} MB; ${count(figures)} files meet them`);
    });
}

function rowOf({ file, bytes, seconds, peakBytes, disassembler, good }: Figures): string[] {
  const other =
    "program" in disassembler
      ? [`${disassembler.seconds.toFixed(2)} ${disassembler.program}`, (seconds / disassembler.seconds).toFixed(2)]
      : [`none: ${disassembler.missing}`, ""];
  return [file, (bytes / 1e6).toFixed(1), seconds.toFixed(2), (peakBytes / 1e6).toFixed(0), ...other, good ? "met" : "MISSED"];
}

const count = (figures: Figures[]) => `${figures.filter(({ good }) => good).length} of ${figures.length}`;

function parseRepeats(value: string): number {
  const repeats = Number(value);
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= 100) return repeats;
  throw new InvalidArgumentError("it must be an integer from 1 to 100.");
}
