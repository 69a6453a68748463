import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { createContext, parseCount, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { testPowerCuts } from "./crash.ts";
import { findCrashObstacle } from "./record.ts";

type Options = { crashStates: number; seed: number };

/** `boardkit dev test-deploy`: power cuts at any write of a deploy. */
export function addTestDeploy(program: Command, edge: Edge): void {
  program
    .command("test-deploy")
    .description("cut the power at random writes of recorded deploys, and check that a whole release runs afterwards")
    .option("--crash-states <n>", "number of states of the disk to boot from", parseCount(1, 1_000_000), 1000)
    .option("--seed <n>", "chooses the states", parseCount(0, 2 ** 31), 1)
    .action(async ({ crashStates, seed }: Options) => {
      const obstacle = findCrashObstacle();
      if (obstacle !== undefined)
        throw new BoardkitError(`power cuts cannot be tried here: ${obstacle}`, { code: "NO_CRASH_TEST", exit: "toolMissing" });
      const { reporter } = createContext({}, edge);
      const tally = reporter.tally(crashStates, "states");
      const result = await testPowerCuts(crashStates, seed, () => tally.add());
      tally.end();
      for (const { state, text } of result.wrong.slice(0, 10)) print(`✗ ${JSON.stringify(state)}\n  ${text.replaceAll("\n", "\n  ")}`);
      print(
        `${result.states - result.wrong.length} of ${result.states} power cuts survived; ${result.events} writes and flushes, ${result.seconds.toFixed(0)} s`,
      );
      if (result.wrong.length > 0) throw new BoardkitError(`${result.wrong.length} power cuts were not survived`, { code: "TESTS_FAILED" });
    });
}
