// Figures of which a process has one: each case in processes of its own.
import { type Command, runOrFail } from "../../../scripts/tools/exec.ts";
import { median } from "./median.ts";

/** The median of the numbers that the processes of each case print; case after case in each round, so that what disturbs one disturbs all. */
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
