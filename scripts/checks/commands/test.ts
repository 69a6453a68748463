import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { setUpPlan } from "../set-up-plan.ts";
import type { Counts } from "../suites/counts.ts";
import { runSuites } from "../suites/run.ts";
import { suites } from "../suites/suites.ts";
import { addRunOptions, createContext, print, requestOf, type SharedOptions } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test`: the tests of Boardkit's own repo. */
export function addTest(program: Command, edge: Edge): void {
  addRunOptions(program.command("test").description("run every test of this repo"))
    .option("--only <text>", "only the suites whose name contains this text", "")
    .action(async (options: SharedOptions & { only: string }, command: Command) => {
      const context = createContext(options, edge);
      const targets = options.target.length > 0 ? options.target : ["armv7-unknown-linux-musleabihf"];
      await setUpPlan({ ...requestOf(options, command, edge), targets }, context);
      endTests(await runSuites(suites, options.only, context));
    });
}

/** Prints the counts; a failure is an error. */
export function endTests(total: Counts, logs = "; the complete logs are in dist/logs/test"): void {
  for (const reason of total.reasons) print(`skipped: ${reason}`);
  print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  if (total.failed === 0) return;
  throw new BoardkitError(`${total.failed} failed`, {
    code: "TESTS_FAILED",
    fix: `their output is above${logs}`,
  });
}
