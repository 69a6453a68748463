import { homedir } from "node:os";
import { join } from "node:path";
import { Argument, InvalidArgumentError, type Command } from "commander";
import { packageRoot } from "../../lib/paths.ts";
import type { Context } from "../../stages/context.ts";
import type { Counts } from "../suites/counts.ts";
import { testLeaks, testPython, testPythons, testSdist } from "../python/python.ts";
import { testWheels } from "../python/wheels.ts";
import { createContext, print, searchOf } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

type Part = (context: Context, edge: Edge, calls: number) => Promise<Counts>;

const parts: Record<string, Part> = {
  tests: (context) => testPython(context),
  leaks: (context, _edge, calls) => testLeaks(calls, context),
  pythons: (context, { env }) => testPythons(env.PATH ?? "", env.PYENV_ROOT ?? join(homedir(), ".pyenv"), context),
  sdist: (context) => testSdist(context),
  wheels: (context, edge) =>
    testWheels({ cwd: packageRoot, targets: [], profile: "standard", builder: "auto", ...searchOf(edge) }, context),
};

/** `boardkit dev test-python`: the tests of bindings/python, as suites of `boardkit dev test` and `test-deep` run them. */
export function addTestPython(program: Command, edge: Edge): void {
  program
    .command("test-python")
    .description("test boardkit_grid as this machine's wheel, or one part of what is slow")
    .addArgument(
      new Argument(
        "[part]",
        "leaks: memory after many calls; pythons: every CPython from 3.9 on that is on the PATH or of pyenv; sdist: built and installed by pip; wheels: of all targets, run where they can be, and looked at by auditwheel and abi3audit",
      )
        .choices(Object.keys(parts))
        .default("tests"),
    )
    .option("--calls <number>", "how many calls of each kind `leaks` makes", parseCalls, 1_000_000)
    .action(async (part: string, { calls }: { calls: number }) => {
      const counts = await parts[part]!(createContext({}, edge), edge, calls);
      print(JSON.stringify(counts));
      if (counts.failed > 0) process.exitCode = 1;
    });
}

function parseCalls(value: string): number {
  const calls = Number(value);
  if (Number.isSafeInteger(calls) && calls > 0) return calls;
  throw new InvalidArgumentError("it is a whole number above 0.");
}
