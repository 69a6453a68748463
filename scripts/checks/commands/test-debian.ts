import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { formatTable } from "../../lib/reporter.ts";
import { readProject } from "../../model/project.ts";
import { selectTriples } from "../../model/registry.ts";
import { findObstacle } from "../debian/systems.ts";
import { testDebs } from "../debian/run.ts";
import { createContext, print, targetOption } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test-debian`: installs the Debian packages on Debian systems. */
export function addTestDebian(program: Command, edge: Edge): void {
  program
    .command("test-debian")
    .description("install the Debian packages of dist/release with dpkg, on a Debian of each architecture, and evaluate a policy")
    .addOption(targetOption())
    .action(async ({ target }: { target: string[] }, command: Command) => {
      const context = createContext({}, edge);
      const obstacle = findObstacle(edge.env.PATH ?? "");
      if (obstacle) return context.reporter.skipped("test", "the Debian packages", obstacle);
      const { cwd } = command.optsWithGlobals<{ cwd: string }>();
      const results = await testDebs(readProject(cwd), selectTriples(context.registry, target), context);
      const rows = results.map(({ file, system, good, text }) => [file, system, `${good ? "✓" : "✗"} ${text}`]);
      print(formatTable(["package", "on Debian", "answers"], rows));
      const bad = results.filter(({ good }) => !good).length;
      if (bad === 0) return;
      throw new BoardkitError(`${bad} of ${results.length} packages failed`, {
        code: "INSTALL_FAILED",
        fix: "the table above has the reasons",
      });
    });
}
