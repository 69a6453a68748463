// The command of a check of sources: each group is compared with OPA, and the report is printed.
import type { Command } from "commander";
import { createContext, parseCount, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { findSource } from "../corpus/checkout.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { type Oracle, startOracle } from "../opa/oracle.ts";
import type { GroupResult } from "./findings.ts";
import { readGroups, type SourceGroup } from "./groups.ts";
import { failuresOf, formatReport, type Goal } from "./report.ts";

export type SourcesCheck = Goal & {
  name: string;
  description: string;
  /** The code of the error if the check fails. */
  code: string;
  /** The head of the column of findings that change; no column without it. */
  changing?: string;
  /** Prepares both sides; the result compares a group. */
  start: (oracle: Oracle, grid: Grid) => Promise<(group: SourceGroup) => Promise<GroupResult>>;
};

type Options = { source?: string; show: number; grid?: string };

/** Adds the command; it builds OPA. */
export function addSourcesCheck(program: Command, edge: Edge, check: SourcesCheck): void {
  program
    .command(check.name)
    .description(`${check.description}: OPA's own files, and those of the corpus`)
    .argument("[groups...]", "only the groups whose name contains one of these: opa, opa-cases, repositories")
    .option("--source <folder>", "repositories, as for `boardkit dev corpus`; without them OPA's own files alone")
    .option("--show <n>", "lines per list", parseCount(1, 100_000), 20)
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async (only: string[], { source, show, grid }: Options) => {
      const context = createContext({}, edge);
      const { cache, signal, reporter } = context;
      const found = await findOracle(context);
      if ("missing" in found) return reporter.skipped("check", `${check.what} of policies`, found.missing);
      const place = findSource(source, edge.env);
      if ("missing" in place) reporter.note(`OPA's own files alone: ${place.missing}`);
      const corpus = "source" in place ? place.source : undefined;
      const oracle = startOracle(found.program, signal);
      const groups: GroupResult[] = [];
      try {
        const compare = await check.start(oracle, (await import(gridUrl(grid))) as Grid);
        for (const group of await readGroups({ corpus, only, cache, env: edge.env, signal })) {
          groups.push(await compare(group));
          reporter.note(`${group.name}: ${group.sources.length} sources`);
        }
      } finally {
        await oracle.end();
      }
      print(formatReport(groups, show, check.changing));
      failOn(failuresOf(groups, check), check.code);
    });
}

function failOn(failures: string[], code: string): void {
  if (failures.length === 0) return;
  throw new BoardkitError(failures.join("; "), {
    code,
    fix: "the report above has the differences; --show and names of groups print more",
  });
}
