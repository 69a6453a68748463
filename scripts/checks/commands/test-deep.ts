import { type Command, InvalidArgumentError } from "commander";
import { deepSuites } from "../suites/deep-suites.ts";
import { runSuites } from "../suites/run.ts";
import { endTests } from "./test.ts";
import { createContext } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test-deep`: the tests of Boardkit's own repo that take too long for each change. */
export function addTestDeep(program: Command, edge: Edge): void {
  program
    .command("test-deep")
    .description(
      "run the long tests: of grid-cache its caps, its locks, random calls, Miri and workers that are terminated; of boardkit_grid leaks, the sdist, every CPython of this machine, and the wheels of all targets",
    )
    .option("--scale <factor>", "multiply all counts and times, as in 0.01 for a quick look", parseScale, 1)
    .option("--only <text>", "only the suites whose name contains this text", "")
    .addHelpText(
      "after",
      `
On other machines the same tests run elsewhere: boardkit ship runs the behaviour cases on all targets under QEMU, and the
property tests as well where no Node is published, which are armv7 musl and ARMv6 (gnu and musl).`,
    )
    .action(async ({ scale, only }: { scale: number; only: string }) => {
      endTests(await runSuites(deepSuites(scale), only, createContext({}, edge)));
    });
}

function parseScale(value: string): number {
  const scale = Number(value);
  if (scale > 0 && scale <= 1000) return scale;
  throw new InvalidArgumentError("it is a number above 0 and at most 1000.");
}
