import { type Command, InvalidArgumentError } from "commander";
import { formatTable } from "../lib/reporter.ts";
import { readProject } from "../model/project.ts";
import { benchLoad, GOALS, type Figures, type Parts } from "../testing/bench-load/run.ts";
import { type Edge, print } from "./shared.ts";

/** `boardkit bench-load`: the time to Grid's first decision, a check of Boardkit's own repo. */
export function addBenchLoad(program: Command, edge: Edge): void {
  program
    .command("bench-load", { hidden: true })
    .description("time the packed packages from require or import to the first decision, by part")
    .option("--repeats <n>", "processes for each of the two", parseRepeats, 50)
    .action(async ({ repeats }: { repeats: number }, command: Command) => {
      const { folder } = readProject(command.optsWithGlobals<{ cwd: string }>().cwd);
      const figures = await benchLoad(folder, repeats, edge.signal);
      print(formatTable(["ms", "package", "loader", "dlopen", "first decision", "total"], figures.flatMap(rowsOf)));
      print(
        `\n${repeats} processes each, in turn; goals on x64: ${GOALS.total} ms in all, ${GOALS.loader} ms of it the loader: ${verdict(figures)}`,
      );
    });
}

function rowsOf({ way, least, median, high }: Figures): string[][] {
  const row = (name: string, { package: own, loader, dlopen, decision, total }: Parts) => [
    name,
    ...[own, loader, dlopen, decision, total].map((value) => value.toFixed(2)),
  ];
  return [row(`${way}, least`, least), row(`${way}, median`, median), row(`${way}, 90 %`, high)];
}

function verdict(figures: Figures[]): string {
  const hold = figures.every(({ median }) => median.total <= GOALS.total && median.loader <= GOALS.loader);
  return hold ? "the medians hold them" : "MISSED";
}

function parseRepeats(value: string): number {
  const repeats = Number(value);
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= 1000) return repeats;
  throw new InvalidArgumentError("it is a whole number from 1 to 1000.");
}
