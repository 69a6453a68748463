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

const DESCRIPTION = [
  "leaks: memory after many calls",
  "pythons: every CPython since 3.9 on the PATH or in pyenv",
  "sdist: built and installed by pip",
  "wheels: of all targets, run if possible, and checked by auditwheel and abi3audit",
].join("; ");

/** `boardkit dev test-python`: the tests of bindings/python; suites of `boardkit dev test` and `test-deep` call it. */
export function addTestPython(program: Command, edge: Edge): void {
  program
    .command("test-python")
    .description("test boardkit_grid as a wheel on this machine, or run one of its slow parts")
    .addArgument(new Argument("[part]", DESCRIPTION).choices(Object.keys(parts)).default("tests"))
    .option("--calls <number>", "calls of each kind in `leaks`", parseCalls, 1_000_000)
    .action(async (part: string, { calls }: { calls: number }) => {
      const counts = await parts[part]!(createContext({}, edge), edge, calls);
      print(JSON.stringify(counts));
      if (counts.failed > 0) process.exitCode = 1;
    });
}

function parseCalls(value: string): number {
  const calls = Number(value);
  if (Number.isSafeInteger(calls) && calls > 0) return calls;
  throw new InvalidArgumentError("it must be an integer above 0.");
}
