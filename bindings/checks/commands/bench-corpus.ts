import type { Command } from "commander";
import { written } from "../bench-corpus/page.ts";
import { timeCorpus } from "../bench-corpus/run.ts";
import { findSource, readCheckouts } from "../corpus/checkout.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = { source?: string; decisions: number; units: number };

/** `boardkit dev bench-corpus`: decisions and loads of policies of others beside OPA's library, a check of Boardkit's own repo. */
export function addBenchCorpus(program: Command, edge: Edge): void {
  program
    .command("bench-corpus")
    .description("time loads and decisions of policies of public repositories beside OPA as a library of Go")
    .argument("[repositories...]", "only those whose name contains one of these")
    .option("--source <folder>", "as of corpus; or BOARDKIT_CORPUS (docs/judges.md)")
    .option("--decisions <n>", "of each repository", parseCount(1, 1000), 6)
    .option("--units <n>", "of each repository that are looked at", parseCount(1, 10_000), 6)
    .action(async (repositories: string[], { source, decisions, units }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const skip = (reason: string) => reporter.skipped("bench-corpus", "policies of others", reason);
      const place = findSource(source, edge.env);
      if ("missing" in place) return skip(place.missing);
      const checkouts = await readCheckouts(place.source, repositories, cache, signal);
      const found = await findOracle(context);
      if ("missing" in found) return skip(found.missing);
      const oracle = startOracle(found.program, signal);
      try {
        const grid = (await import(gridUrl(undefined))) as Grid;
        const progress = (text: string) => reporter.note(text);
        print(
          written(await timeCorpus({ oracle, program: found.program, cache, samples: 6, grid, checkouts, decisions, units, progress })),
        );
      } finally {
        await oracle.end();
      }
    });
}
