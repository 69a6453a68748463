import type { Command } from "commander";
import { formatTimes } from "../bench-corpus/page.ts";
import { timeCorpus } from "../bench-corpus/run.ts";
import { findSource, readCheckouts } from "../corpus/checkout.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = { source?: string; decisions: number; units: number };

/** `boardkit dev bench-corpus`: loads and decisions of policies of public repositories beside OPA's library. */
export function addBenchCorpus(program: Command, edge: Edge): void {
  program
    .command("bench-corpus")
    .description("time loads and decisions of policies of public repositories, beside OPA as a Go library")
    .argument("[repositories...]", "only the repositories whose name contains one of these")
    .option("--source <folder>", "as for `boardkit dev corpus`; or BOARDKIT_CORPUS (docs/judges.md)")
    .option("--decisions <n>", "decisions per repository", parseCount(1, 1000), 6)
    .option("--units <n>", "units per repository", parseCount(1, 10_000), 6)
    .action(async (repositories: string[], { source, decisions, units }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const skip = (reason: string) => reporter.skipped("bench-corpus", "policies of public repositories", reason);
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
          formatTimes(await timeCorpus({ oracle, program: found.program, cache, samples: 6, grid, checkouts, decisions, units, progress })),
        );
      } finally {
        await oracle.end();
      }
    });
}
