import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { createContext, parseCount, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import type { Context } from "../../stages/context.ts";
import { testPowerCuts } from "./crash.ts";
import { findCrashObstacle } from "./record.ts";

type Options = { crashStates: number; kills: number; boards: number; seed: number };

/** `boardkit dev test-deploy`: power cuts at any write of a deploy. */
export function addTestDeploy(program: Command, edge: Edge): void {
  program
    .command("test-deploy")
    .description("cut the power during deploys, of recorded disks and of emulated boards, and check that a whole release runs afterwards")
    .option("--crash-states <n>", "number of states of a recorded disk to boot from", parseCount(0, 1_000_000), 1000)
    .option("--kills <n>", "number of emulated boards whose power goes during a deploy", parseCount(0, 1_000_000), 200)
    .option("--boards <n>", "emulated boards side by side", parseCount(1, 64), availableParallelism())
    .option("--seed <n>", "chooses the states and moments", parseCount(0, 2 ** 31), 1)
    .action(async ({ crashStates, kills, boards, seed }: Options) => {
      const obstacle = findCrashObstacle();
      if (obstacle !== undefined)
        throw new BoardkitError(`power cuts cannot be tried here: ${obstacle}`, { code: "NO_CRASH_TEST", exit: "toolMissing" });
      const context = createContext({}, edge);
      const wrong =
        (crashStates === 0 ? 0 : await tryStates(crashStates, seed, context)) +
        (kills === 0 ? 0 : await tryKills(kills, { seed, boards }, context));
      if (wrong > 0) throw new BoardkitError(`${wrong} power cuts were not survived`, { code: "TESTS_FAILED" });
    });
}

/** Boots from states of a recorded disk; returns how many of them were wrong. */
async function tryStates(count: number, seed: number, { reporter }: Context): Promise<number> {
  const tally = reporter.tally(count, "states");
  const result = await testPowerCuts(count, seed, () => tally.add());
  tally.end();
  for (const { state, text } of result.wrong.slice(0, 10)) print(`✗ ${JSON.stringify(state)}\n  ${text.replaceAll("\n", "\n  ")}`);
  print(
    `${result.states - result.wrong.length} of ${result.states} power cuts survived; ${result.events} writes and flushes, ${result.seconds.toFixed(0)} s`,
  );
  return result.wrong.length;
}

/** Cuts the power of emulated boards; returns how many of them were wrong afterwards. */
async function tryKills(count: number, options: { seed: number; boards: number }, context: Context): Promise<number> {
  // Fixtures of tests are loaded only when they are needed.
  const [{ testKills }, { findSmallObstacle }] = await Promise.all([import("./kills.ts"), import("../fixtures/guest/small-root.ts")]);
  const obstacle = await findSmallObstacle(context);
  if (obstacle !== undefined)
    throw new BoardkitError(`emulated boards cannot be tried here: ${obstacle}`, { code: "NO_CRASH_TEST", exit: "toolMissing" });
  const started = performance.now();
  const tally = context.reporter.tally(count, "boards without power");
  const steps = new Map<string, number>();
  let [wrong, open, lost] = [0, 0, 0];
  await testKills(count, options, context, (kill) => {
    tally.add();
    steps.set(kill.after, (steps.get(kill.after) ?? 0) + 1);
    open += kill.open;
    lost += kill.lost;
    if (kill.wrong === undefined) return;
    wrong += 1;
    print(`✗ after ${kill.after}: ${kill.wrong}`);
  });
  tally.end();
  const moments = [...steps].map(([step, times]) => `${times} after ${step}`).join(", ");
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  print(
    `${count - wrong} of ${count} kills of emulated boards survived: ${moments}; ${lost} of ${open} unflushed writes lost; ${seconds} s`,
  );
  return wrong;
}
