import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { formatTable } from "../../lib/reporter.ts";
import { readForeign } from "../foreign/list.ts";
import { cellsOf, HEADER, replaceTable } from "../foreign/page.ts";
import type { ForeignRow } from "../foreign/row.ts";
import { runForeign, TARGETS, WHEEL_TARGETS } from "../foreign/run.ts";
import { createContext, print, targetOption, searchOf } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

const PAGE = join(packageRoot, "docs/foreign-projects.md");

/** `boardkit dev foreign`: fetches published napi-rs and maturin projects, and builds, audits and calls them. */
export function addForeign(program: Command, edge: Edge): void {
  program
    .command("foreign")
    .description("fetch published napi-rs and maturin projects, and build, audit and call them unchanged")
    .argument("[names...]", "only the projects whose name contains one of these")
    .addOption(targetOption(`${TARGETS.join(", ")}; for wheels ${WHEEL_TARGETS.join(", ")}`))
    .option("--force", "build even if nothing changed", false)
    .option("--update", "write the tables of docs/foreign-projects.md", false)
    .action(async (names: string[], { target, force, update }: { target: string[]; force: boolean; update: boolean }) => {
      if (update && names.length + target.length > 0) {
        throw new BoardkitError("--update writes complete tables, so it takes no names and no --target", { code: "USAGE", exit: "usage" });
      }
      const context = { ...createContext({ keepGoing: true }, edge), force };
      const projects = await readForeign(names);
      const request = { targets: target, profile: "standard", builder: "auto" as const, ...searchOf(edge) };
      const rows: ForeignRow[] = [];
      for await (const row of runForeign(projects, request, edge.env, context)) {
        rows.push(row);
        if (row.why) context.reporter.note(`${row.project}: ${row.why}`);
      }
      print(formatTable(HEADER, rows.map(cellsOf)));
      if (update) await writeFile(PAGE, replaceTable(await readFile(PAGE, "utf8"), rows));
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
