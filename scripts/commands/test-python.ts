import { homedir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { testLeaks, testPython, testPythons, testSdist } from "../testing/python.ts";
import type { Counts } from "../testing/counts.ts";
import { createContext, type Edge, print } from "./shared.ts";

/** `boardkit test-python`: the tests of bindings/python, as suites of `boardkit test` and `test-deep` run them. */
export function addTestPython(program: Command, edge: Edge): void {
  program
    .command("test-python", { hidden: true })
    .description("build the wheel of boardkit_grid for this machine, and test it")
    .addOption(
      new Option("--leaks <calls>", "only whether memory grows, by so many calls of each kind")
        .argParser(parseCalls)
        .conflicts(["sdist", "everyPython"]),
    )
    .addOption(new Option("--sdist", "only the sdist, which pip builds and installs").conflicts("everyPython"))
    .option("--every-python", "only the behaviour cases, in every CPython from 3.9 on that is on the PATH or of pyenv")
    .action(async (options: Options) => {
      const counts = await testOf(options, edge);
      print(JSON.stringify(counts));
      if (counts.failed > 0) process.exitCode = 1;
    });
}

type Options = { leaks?: number; sdist?: true; everyPython?: true };

function testOf({ leaks, sdist, everyPython }: Options, edge: Edge): Promise<Counts> {
  const context = createContext({}, edge);
  if (leaks !== undefined) return testLeaks(leaks, context);
  if (sdist) return testSdist(context);
  if (everyPython) return testPythons(edge.env.PATH ?? "", edge.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), context);
  return testPython(context);
}

function parseCalls(value: string): number {
  const calls = Number(value);
  if (Number.isSafeInteger(calls) && calls > 0) return calls;
  throw new InvalidArgumentError("it is a whole number above 0.");
}
