import { type Command, InvalidArgumentError } from "commander";
import { formatBytes, formatTable } from "../../../scripts/lib/reporter.ts";
import { readProject } from "../../../scripts/model/project.ts";
import { type Memory, MEMORY_GOALS } from "../bench-load/memory.ts";
import { benchLoad } from "../bench-load/run.ts";
import { type Figures, type Parts, TIME_GOALS } from "../bench-load/time.ts";
import { print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev bench-load`: time and memory of Grid until the first decision. */
export function addBenchLoad(program: Command, edge: Edge): void {
  program
    .command("bench-load")
    .description("time the packed packages from require or import to the first decision, by part, and measure their memory")
    .option("--repeats <n>", "processes for each way and each case", parseRepeats, 50)
    .action(async ({ repeats }: { repeats: number }, command: Command) => {
      const { folder } = readProject(command.optsWithGlobals<{ cwd: string }>().cwd);
      const { times, memory } = await benchLoad(folder, repeats, edge.signal);
      print(formatTable(["ms", "package", "loader", "dlopen", "first decision", "total"], times.flatMap(rowsOf)));
      const goals = `${TIME_GOALS.total} ms in all, ${TIME_GOALS.loader} ms in the loader`;
      print(`\n${repeats} processes each, in turn; goals on x64: ${goals}: ${verdict(inTime(times))}\n`);
      print(formatTable(["anonymous memory", "", "goal"], memoryRows(memory)));
      print(`\nmedians of ${repeats} processes each, in turn; goals: ${verdict(inMemory(memory))}`);
    });
}

function rowsOf({ way, least, median, high }: Figures): string[][] {
  const row = (name: string, { package: own, loader, dlopen, decision, total }: Parts) => [
    name,
    ...[own, loader, dlopen, decision, total].map((value) => value.toFixed(2)),
  ];
  return [row(`${way}, least`, least), row(`${way}, median`, median), row(`${way}, 90 %`, high)];
}

function memoryRows({ bare, engine, cache, further }: Memory): string[][] {
  return [
    ["Node alone", formatBytes(bare), ""],
    ["an engine of 50 rules after one decision", `+${formatBytes(engine)}`, formatBytes(MEMORY_GOALS.engine)],
    ["the first empty cache, which loads the addon", `+${formatBytes(cache)}`, ""],
    ["each further empty cache", `+${formatBytes(further)}`, formatBytes(MEMORY_GOALS.further)],
  ];
}

function inTime(times: Figures[]): boolean {
  return times.every(({ median }) => median.total <= TIME_GOALS.total && median.loader <= TIME_GOALS.loader);
}

function inMemory({ engine, further }: Memory): boolean {
  return engine <= MEMORY_GOALS.engine && further <= MEMORY_GOALS.further;
}

function verdict(isMet: boolean): string {
  return isMet ? "the medians meet them" : "MISSED";
}

function parseRepeats(value: string): number {
  const repeats = Number(value);
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= 1000) return repeats;
  throw new InvalidArgumentError("it must be an integer from 1 to 1000.");
}
