// Measurements with one figure per process.
import { type Command, runOrFail } from "../../../scripts/tools/exec.ts";
import { median } from "./median.ts";

/** The median of the numbers that the processes of each case print. Every round runs all cases, so that other load affects all alike. */
export async function medianOfEach<Name extends string>(
  cases: Record<Name, string[]>,
  rounds: number,
  commandOf: (args: string[]) => Command,
): Promise<Record<Name, number>> {
  const samples = Object.entries<string[]>(cases).map(([name, args]) => ({ name, args, printed: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { args, printed } of samples) printed.push(Number((await runOrFail(commandOf(args), "BENCH_FAILED")).stdout));
  }
  return Object.fromEntries(samples.map(({ name, printed }) => [name, median(printed)])) as Record<Name, number>;
}
