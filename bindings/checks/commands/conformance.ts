import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import { checkCapabilities } from "../conformance/capabilities.ts";
import { countOutcomes, regressions, type Results } from "../conformance/counts.ts";
import { type OpaCase, readOpaCapabilities, readOpaCases } from "../conformance/opa-cases.ts";
import { conformancePage } from "../conformance/page.ts";
import { groupTable, listCases, totalTable } from "../conformance/report.ts";
import { runAll } from "../conformance/run-all.ts";
import type { Outcome } from "../conformance/run-case.ts";
import { gridUrl } from "../opa/grid.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

const COUNTS = join(packageRoot, "bindings/checks/conformance/counts.json");
const PAGE = join(packageRoot, "docs/conformance.md");

type Options = { update: boolean; show?: string; grid?: string };

/** `boardkit dev conformance`: fetches OPA's own cases and runs them through the Node API. */
export function addConformance(program: Command, edge: Edge): void {
  program
    .command("conformance")
    .description("run OPA's own cases through @boardkit/grid, and fail if fewer pass than before")
    .option("--update", "write the counts and docs/conformance.md", false)
    .option("--show <text>", "print the cases that do not pass and whose note or class contains this text")
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async ({ update, show, grid }: Options) => {
      const { cache, signal } = createContext({}, edge);
      const found: Record<string, Results> = {};
      const all: { one: OpaCase; outcome: Outcome }[] = [];
      for (const version of ["v1", "v0"] as const) {
        const cases = await readOpaCases(version, cache, edge.env, signal);
        const outcomes = await runAll(cases, gridUrl(grid), signal);
        found[version] = countOutcomes(cases, outcomes);
        all.push(...cases.map((one, index) => ({ one, outcome: outcomes[index] as Outcome })));
      }
      await checkCapabilities(await readOpaCapabilities(cache, edge.env, signal));
      print(`${groupTable(found)}\n\n${listCases(all)}\n\n${totalTable(found)}`);
      if (show !== undefined) print(`\n${listCases(all, show)}`);
      if (update) {
        await writeFile(COUNTS, `${JSON.stringify(found, null, 2)}\n`);
        await writeFile(PAGE, conformancePage(found));
        return;
      }
      await failOnRegressions(found);
    });
}

async function failOnRegressions(found: Record<string, Results>): Promise<void> {
  if (!existsSync(COUNTS))
    throw new BoardkitError(`there is no ${COUNTS}`, { code: "NO_COUNTS", fix: "run: npm run conformance -- --update" });
  const before = JSON.parse(await readFile(COUNTS, "utf8")) as Record<string, Results>;
  const worse = Object.entries(found).flatMap(([version, one]) => {
    const known = before[version];
    return known ? regressions(known, one).map((text) => `${version} ${text}`) : [];
  });
  if (worse.length === 0) return;
  throw new BoardkitError(`${worse.length} groups or cases are worse than in docs/conformance.md`, {
    code: "CONFORMANCE_LOST",
    tail: worse.join("\n"),
    fix: "npm run conformance -- --show <note> prints details; --update accepts the change",
  });
}
