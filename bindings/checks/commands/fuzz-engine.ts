import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { fuzzEngine, type FuzzEngineOptions } from "../fuzz-engine/run.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";

/** `boardkit dev fuzz-engine`: mutated policies, inputs and calls through grid-opa. */
export function addFuzzEngine(program: Command, edge: Edge): void {
  program
    .command("fuzz-engine")
    .description("give the engine mutated policies, malformed inputs and calls in any order: each must end in an answer or a typed error")
    .option("--kind <name>", "policy, input, builtins, bundle, sequence, calls, calls:<family> or all", "all")
    .option("--count <n>", "cases per kind", "20000")
    .option("--seed <n>", "the same seed gives the same cases", "1")
    .option("--jobs <n>", "processes side by side", "2")
    .option("--case <n>", "run only this case of a kind, and print its steps")
    .action(async (options: FuzzEngineOptions) => {
      const { cache, signal, reporter } = createContext({}, edge);
      const { sound, text, withOpa } = await fuzzEngine(options, cache, edge.env, signal);
      if (!withOpa) reporter.note("OPA's policies are not mutated: npm run conformance fetches them");
      print(text);
      if (sound) return;
      throw new BoardkitError("the fuzzer found an error, or could not run", {
        code: "FUZZ_FAILED",
        fix: "the output above has the cases and the options that reproduce them",
      });
    });
}
