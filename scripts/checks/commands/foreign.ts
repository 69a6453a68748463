import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { formatTable } from "../../lib/reporter.ts";
import { readForeign } from "../foreign/list.ts";
import { cellsOf, HEADER } from "../foreign/page.ts";
import { mergeRows, readResults, writeResults, type ForeignRow } from "../foreign/results.ts";
import { nameOf } from "../foreign/row.ts";
import { runForeign, TARGETS, WHEEL_TARGETS } from "../foreign/run.ts";
import { createContext, print, targetOption, searchOf } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev foreign`: fetches published napi-rs and maturin projects, and builds, audits and calls them. */
export function addForeign(program: Command, edge: Edge): void {
  program
    .command("foreign")
    .description("fetch published napi-rs and maturin projects, and build, audit and call them unchanged")
    .argument("[names...]", "only the projects whose name contains one of these")
    .addOption(targetOption(`${TARGETS.join(", ")}; for wheels ${WHEEL_TARGETS.join(", ")}`))
    .option("--force", "build even if nothing changed", false)
    .option(
      "--update",
      "write scripts/checks/foreign/results.json, from which `boardkit dev generate` makes the tables of docs/foreign-projects.md",
      false,
    )
    .action(async (names: string[], { target, force, update }: { target: string[]; force: boolean; update: boolean }) => {
      const context = { ...createContext({ keepGoing: true }, edge), force };
      const projects = await readForeign(names);
      const request = { targets: target, profile: "standard", builder: "auto" as const, ...searchOf(edge) };
      const rows: ForeignRow[] = [];
      for await (const row of runForeign(projects, request, edge.env, context)) {
        rows.push(row);
        if (row.why) context.reporter.note(`${row.project}: ${row.why}`);
      }
      print(formatTable(HEADER, rows.map(cellsOf)));
      if (update) {
        const listed = (await readForeign([])).map(nameOf);
        // A complete run has no rows of targets that are built no more.
        await writeResults(mergeRows(names.length + target.length > 0 ? readResults() : [], rows, listed));
        print("run: npx boardkit dev generate");
      }
      failOnFaults(rows);
    });
}

function failOnFaults(rows: ForeignRow[]): void {
  const faults = rows.filter(({ fault }) => fault !== undefined);
  if (faults.length === 0) return;
  throw new BoardkitError(`${faults.length} of ${rows.length} builds failed, and projects.json does not explain them`, {
    code: "FOREIGN_FAILED",
    tail: faults.map(({ project, target, fault }) => `${project}, ${target}: ${fault}`).join("\n"),
    fix: "fix Boardkit; if the fault is the project's, add `explain` to its entry in scripts/checks/foreign/projects.json",
  });
}
