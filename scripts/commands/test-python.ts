import { InvalidArgumentError, Option, type Command } from "commander";
import { testLeaks, testPython, testSdist } from "../testing/python.ts";
import { createContext, type Edge, print } from "./shared.ts";

/** `boardkit test-python`: the tests of bindings/python, as suites of `boardkit test` and `test-deep` run them. */
export function addTestPython(program: Command, edge: Edge): void {
  program
    .command("test-python", { hidden: true })
    .description("build the wheel of boardkit_grid for this machine, and test it")
    .addOption(
      new Option("--leaks <calls>", "only whether memory grows, by so many calls of each kind").argParser(parseCalls).conflicts("sdist"),
    )
    .option("--sdist", "only the sdist, which pip builds and installs", false)
    .action(async ({ leaks, sdist }: { leaks?: number; sdist: boolean }) => {
      const context = createContext({}, edge);
      const counts = await (sdist ? testSdist(context) : leaks === undefined ? testPython(context) : testLeaks(leaks, context));
      print(JSON.stringify(counts));
      if (counts.failed > 0) process.exitCode = 1;
    });
}

function parseCalls(value: string): number {
  const calls = Number(value);
  if (Number.isSafeInteger(calls) && calls > 0) return calls;
  throw new InvalidArgumentError("it is a whole number above 0.");
}
