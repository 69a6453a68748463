import { type Command, InvalidArgumentError } from "commander";
import { deepSuites } from "../suites/deep-suites.ts";
import { runSuites } from "../suites/run.ts";
import { endTests } from "./test.ts";
import { createContext } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

/** `boardkit dev test-deep`: the tests that take too long to run on each change. */
export function addTestDeep(program: Command, edge: Edge): void {
  program
    .command("test-deep")
    .description("run the long tests of grid-cache and boardkit_grid: locks, random calls, Miri, leaks, every CPython, sdist and wheels")
    .option("--scale <factor>", "multiply all counts and times: 0.01 for a quick run", parseScale, 1)
    .option("--only <text>", "only the suites whose name contains this text", "")
    .addHelpText(
      "after",
      `
These suites run on this machine. For other architectures \`boardkit ship\` runs the behaviour cases on all targets under QEMU;
one suite here runs the Rust tests on the targets without a published Node: armv7 musl, and ARMv6 with gnu and musl.`,
    )
    .action(async ({ scale, only }: { scale: number; only: string }) => {
      endTests(await runSuites(deepSuites(scale), only, createContext({}, edge)));
    });
}

function parseScale(value: string): number {
  const scale = Number(value);
  if (scale > 0 && scale <= 1000) return scale;
  throw new InvalidArgumentError("it must be a number above 0 and at most 1000.");
}
