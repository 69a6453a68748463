import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { formatBytes, formatTable } from "../../lib/reporter.ts";
import { planRuns, toolsOfRuns } from "../../emulate/runs.ts";
import { distFolder } from "../../model/names.ts";
import { selectBuilt } from "../../stages/manifest.ts";
import { runStages } from "../../stages/pipeline.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { testInstalls, type Installed } from "../install/run.ts";
import { createContext, print, requestOf, targetOption } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test-install`: installs the packages from a real registry, on emulated machines. */
export function addTestInstall(program: Command, edge: Edge): void {
  program
    .command("test-install")
    .description(
      "publish the built packages to a registry on loopback, and install them with npm, pnpm and yarn on every target that has a Node",
    )
    .addOption(targetOption())
    .option("--only <text>", "only if the names of platform and package manager contain this text", "")
    .option("--untested", "also pack addons that have not passed a smoke run", false)
    .action(async ({ target, only, untested }: { target: string[]; only: string; untested: boolean }, command: Command) => {
      const context = createContext({}, edge);
      const request = { ...requestOf({ target }, command, edge), untested };
      const { project } = await runStages(["package"], request, context);
      const built = await selectBuilt(distFolder(project.folder), target);
      await fetchItems(
        built.flatMap(({ manifest }) => toolsOfRuns(manifest.target)),
        context,
      );
      const targets = built.map(({ manifest, dist, addon }) => ({
        target: manifest.target,
        runs: planRuns(context.registry, manifest.target, project, { cache: context.cache, dist, addon }),
      }));
      const installed = await testInstalls(project, targets, only, context);
      print(describe(installed));
      const bad = [...installed.rows, ...installed.fixed].filter(({ good }) => !good).length;
      if (bad === 0) return;
      throw new BoardkitError(`${bad} of ${installed.rows.length + installed.fixed.length} installations failed`, {
        code: "INSTALL_FAILED",
        fix: "the tables above have the reasons",
      });
    });
}

function describe({ rows, fixed, skipped }: Installed): string {
  const name = (text: string) => text.replace(/^@boardkit\//, "");
  const installs = rows.map(({ host, manager, arrived, result, good }) => [
    host,
    manager,
    arrived.map((one) => name(one.name)).join(" ") || "none",
    arrived.map((one) => formatBytes(one.bytes)).join(" "),
    `${good ? "✓" : "✗"} ${result}`,
  ]);
  const fixes = fixed.map(({ name: scenario, before, after, good }) => [
    scenario,
    before.code ?? "no error",
    `${good ? "✓" : "✗"} ${after.ok ? "loads" : after.text}`,
    (before.fix ?? "none").replace(/^cd \S+ && /, ""),
  ]);
  return [
    formatTable(["platform", "manager", "installed", "bytes", "result"], installs),
    ...skipped.map((reason) => `not installed: ${reason}`),
    "",
    formatTable(["broken installation", "loader's error", "after the fix", "fix"], fixes),
  ].join("\n");
}
