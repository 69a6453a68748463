import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { formatBuiltinTimes } from "../bench-builtins/page.ts";
import { timeBuiltins } from "../bench-builtins/run.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev bench-builtins`: calls of builtins beside OPA as a library, which it builds. */
export function addBenchBuiltins(program: Command, edge: Edge): void {
  program
    .command("bench-builtins")
    .description("time calls of builtins of each family beside OPA's library in Go, in turns, and print the ratios")
    .argument("[calls...]", "only the calls whose family or name contains one of these")
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async (only: string[], { grid }: { grid?: string }) => {
      const context = createContext({}, edge);
      const { signal, reporter } = context;
      const found = await findOracle(context);
      if ("missing" in found) return reporter.skipped("benchmark", "builtins beside OPA", found.missing);
      const oracle = startOracle(found.program, signal);
      try {
        const { times, faults } = await timeBuiltins(oracle, (await import(gridUrl(grid))) as Grid, only, (text) => reporter.note(text));
        print(formatBuiltinTimes(times));
        if (faults.length === 0) return;
        throw new BoardkitError(`${faults.length} calls have no result, or another one in OPA`, {
          code: "BENCH_FAILED",
          tail: faults.join("\n"),
          fix: "correct these calls in bindings/checks/bench-builtins",
        });
      } finally {
        await oracle.end();
      }
    });
}
