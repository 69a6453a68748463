import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { compareGroup, enginesOf, type GroupResult } from "../format/compare.ts";
import { failuresOf, formatReport } from "../format/report.ts";
import { readGroups } from "../format/sources.ts";
import { findSource } from "../corpus/checkout.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

type Options = { source?: string; show: number; grid?: string };

/** `boardkit dev check-format`: formatted policies beside `opa fmt`; it builds OPA. */
export function addCheckFormat(program: Command, edge: Edge): void {
  program
    .command("check-format")
    .description("format policies with OPA and @boardkit/grid, and compare the texts: OPA's own files, and those of the corpus")
    .argument("[groups...]", "only the groups whose name contains one of these: opa, opa-cases, repositories")
    .option("--source <folder>", "repositories, as for `boardkit dev corpus`; without them OPA's own files alone")
    .option("--show <n>", "lines per list", parseCount(1, 100_000), 20)
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async (only: string[], { source, show, grid }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const found = await findOracle(context);
      if ("missing" in found) return reporter.skipped("check", "formatted policies", found.missing);
      const place = findSource(source, edge.env);
      if ("missing" in place) reporter.note(`OPA's own files alone: ${place.missing}`);
      const corpus = "source" in place ? place.source : undefined;
      const engines = enginesOf((await import(gridUrl(grid))) as Grid);
      const oracle = startOracle(found.program, signal);
      const groups: GroupResult[] = [];
      try {
        for (const group of await readGroups({ corpus, only, cache, env: edge.env, signal })) {
          groups.push(await compareGroup(group, oracle, engines));
          reporter.note(`${group.name}: ${group.sources.length} sources`);
        }
      } finally {
        await oracle.end();
      }
      print(formatReport(groups, show));
      failOn(failuresOf(groups));
    });
}

function failOn(failures: string[]): void {
  if (failures.length === 0) return;
  throw new BoardkitError(failures.join("; "), {
    code: "FORMAT_DIFFERS",
    fix: "the report above has the differences; --show and names of groups print more",
  });
}
