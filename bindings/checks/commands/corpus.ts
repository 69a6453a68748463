import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { findSource, readCheckouts } from "../corpus/checkout.ts";
import { failuresOf, written } from "../corpus/report.ts";
import { runCorpus } from "../corpus/run.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = { source?: string; samples: number; jobs: number; seconds: number; show: number; grid?: string; oracle?: string };

/** `boardkit dev corpus`: policies of others with their own tests, a check of Boardkit's own repo that builds OPA. */
export function addCorpus(program: Command, edge: Edge): void {
  program
    .command("corpus")
    .description("load policies of public repositories, run their tests, and compare answers with OPA's")
    .argument("[repositories...]", "only those whose name contains one of these")
    .option("--source <folder>", "checkouts or bare mirrors, each named owner+name; or BOARDKIT_CORPUS (docs/judges.md)")
    .option("--samples <n>", "inputs of a rule, out of what OPA enters it with in the tests", parseCount(0, 1000), 6)
    .option("--jobs <n>", "processes of Grid side by side", parseCount(1, 64), 2)
    .option("--seconds <n>", "for Grid over one unit", parseCount(1, 100_000), 300)
    .option("--show <n>", "lines of each list", parseCount(1, 100_000), 40)
    .option("--grid <file>", "the entry of another build of @boardkit/grid than this checkout's")
    .option("--oracle <file>", "another program that answers as bindings/checks/opa/oracle does, with a host's builtins say")
    .action(async (repositories: string[], { source, samples, jobs, seconds, show, grid, oracle: given }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const skip = (reason: string) => reporter.skipped("corpus", "policies of others", reason);
      const place = findSource(source, edge.env);
      if ("missing" in place) return skip(place.missing);
      const checkouts = await readCheckouts(place.source, repositories, cache, signal);
      if (checkouts.length === 0) {
        throw new BoardkitError(`${place.source} has no folder of a repository named owner+name`, {
          code: "NO_REPOSITORIES",
          exit: "nothingMatched",
          fix: "docs/judges.md says how they are fetched",
        });
      }
      const found = given === undefined ? await findOracle(context) : { program: given };
      if ("missing" in found) return skip(found.missing);
      const oracle = startOracle(found.program, signal);
      const progress = (text: string) => reporter.note(text);
      try {
        const job = { oracle, program: found.program, cache, samples, grid: gridUrl(grid), checkouts, jobs, seconds, signal, progress };
        const results = await runCorpus(job);
        print(written(results, show));
        failOn(failuresOf(results));
      } finally {
        await oracle.end();
      }
    });
}

function failOn(failures: string[]): void {
  if (failures.length === 0) return;
  throw new BoardkitError(failures.join("; "), {
    code: "CORPUS_DIFFERS",
    fix: "what differs stands above; --show and names of repositories tell more",
  });
}
