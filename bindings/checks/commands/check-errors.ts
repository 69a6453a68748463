import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { failuresOf, formatReport } from "../check-errors/report.ts";
import { checkErrors } from "../check-errors/run.ts";
import { soundSources } from "../check-errors/sound.ts";
import { findSource } from "../corpus/checkout.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { Random } from "../lib/random.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = { source?: string; mutants: number; sources: number; seed: number; jobs: number; grid?: string };

/** `boardkit dev check-errors`: OPA's check and Grid's validate on faulty policies; it builds OPA. */
export function addCheckErrors(program: Command, edge: Edge): void {
  program
    .command("check-errors")
    .description("compare the errors of OPA and @boardkit/grid for faulty policies: code, row, column and message")
    .option("--source <folder>", "repositories to mutate, as for `boardkit dev corpus`; the default is the modules of OPA's own cases")
    .option("--mutants <n>", "faulty mutants, in addition to the handwritten policies", parseCount(0, 1_000_000), 1000)
    .option("--sources <n>", "sources to mutate", parseCount(1, 100_000), 400)
    .option("--seed <n>", "the same seed gives the same mutants", parseCount(0, 2 ** 32 - 1), 1)
    .option("--jobs <n>", "processes of Grid side by side", parseCount(1, 64), 2)
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async ({ mutants, sources, seed, jobs, grid, ...options }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const found = await findOracle(context);
      if ("missing" in found) return reporter.skipped("check", "errors of faulty policies", found.missing);
      const oracle = startOracle(found.program, signal);
      try {
        const place = findSource(options.source, edge.env);
        const source = "source" in place ? place.source : undefined;
        const { sound, from } = await soundSources(sources, { source, cache, env: edge.env, oracle, random: new Random(seed), signal });
        reporter.note(`${sound.length} sources to mutate, from ${from}`);
        const progress = (text: string) => reporter.note(text);
        const report = await checkErrors({ grid: gridUrl(grid), oracle, sound, count: mutants, seed, jobs, signal, progress });
        print(formatReport(report));
        failOn(failuresOf(report));
      } finally {
        await oracle.end();
      }
    });
}

function failOn(failures: string[]): void {
  if (failures.length === 0) return;
  throw new BoardkitError(failures.join("; "), {
    code: "ERRORS_DIFFER",
    fix: "the report above has the policies and causes; the same --seed, --mutants and --source reproduce them",
  });
}
