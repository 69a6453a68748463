import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { findSource, readCheckouts } from "../corpus/checkout.ts";
import { failuresOf, formatReport } from "../corpus/report.ts";
import { runCorpus } from "../corpus/run.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = {
  source?: string;
  samples: number;
  jobs: number;
  seconds: number;
  show: number;
  grid?: string;
  oracle?: string;
  bundles: boolean;
};

/** `boardkit dev corpus`: policies of public repositories with their own tests, beside OPA, which it builds. */
export function addCorpus(program: Command, edge: Edge): void {
  program
    .command("corpus")
    .description("load policies of public repositories, run their tests, and compare answers with OPA's")
    .argument("[repositories...]", "only the repositories whose name contains one of these")
    .option("--source <folder>", "checkouts or bare mirrors, each named owner+name; or BOARDKIT_CORPUS (docs/judges.md)")
    .option("--samples <n>", "inputs per rule, recorded by OPA during the tests", parseCount(0, 1000), 6)
    .option("--jobs <n>", "processes of Grid side by side", parseCount(1, 64), 2)
    .option("--seconds <n>", "time limit of Grid for one unit", parseCount(1, 100_000), 300)
    .option("--show <n>", "lines per list", parseCount(1, 100_000), 40)
    .option("--bundles", "Grid loads each unit as a signed bundle of `opa build`", false)
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .option("--oracle <file>", "another program with the protocol of bindings/checks/opa/oracle, for example with a host's builtins")
    .action(async (repositories: string[], { source, samples, jobs, seconds, show, grid, oracle: oracleFile, bundles }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const skip = (reason: string) => reporter.skipped("corpus", "policies of public repositories", reason);
      const place = findSource(source, edge.env);
      if ("missing" in place) return skip(place.missing);
      const checkouts = await readCheckouts(place.source, repositories, cache, signal);
      if (checkouts.length === 0) {
        throw new BoardkitError(`${place.source} has no matching repository folder; they are named owner+name`, {
          code: "NO_REPOSITORIES",
          exit: "nothingMatched",
          fix: "fetch repositories as docs/judges.md describes",
        });
      }
      const found = oracleFile === undefined ? await findOracle(context) : { program: oracleFile };
      if ("missing" in found) return skip(found.missing);
      const oracle = startOracle(found.program, signal);
      const progress = (text: string) => reporter.note(text);
      try {
        const job = {
          oracle,
          program: found.program,
          cache,
          samples,
          grid: gridUrl(grid),
          checkouts,
          jobs,
          seconds,
          bundles,
          signal,
          progress,
        };
        const results = await runCorpus(job);
        print(formatReport(results, show));
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
    fix: "the report above has the differences; --show and names of repositories print more",
  });
}
