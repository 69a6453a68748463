import { join } from "node:path";
import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { packageRoot } from "../lib/paths.ts";
import { findOpa } from "../testing/bench-engine/peers.ts";
import type { Grid } from "../testing/differential/grid.ts";
import { written } from "../testing/differential/page.ts";
import { compareMany } from "../testing/differential/run.ts";
import { createContext, type Edge, print } from "./shared.ts";

type Options = { seed: string; policies: string; inputs: string; opa: boolean };

/** `boardkit differential`: policies that nobody wrote through @boardkit/grid in both of its ways and through OPA. */
export function addDifferential(program: Command, edge: Edge): void {
  program
    .command("differential", { hidden: true })
    .description("compare plans, the core and OPA on generated policies, and fail where a plan differs")
    .option("--seed <n>", "of the first policy; the others follow it", "1")
    .option("--policies <n>", "how many", "1000")
    .option("--inputs <n>", "for each policy", "10")
    .option("--no-opa", "compare plans and core alone")
    .action(async (options: Options) => {
      const { cache, signal, reporter } = createContext({}, edge);
      const grid = (await import(join(packageRoot, "bindings/node/lib/index.js"))) as Grid;
      const opa = options.opa ? await findOpa(cache, edge.env.PATH ?? "", signal) : { missing: "--no-opa" };
      if ("missing" in opa) reporter.note(`without OPA: ${opa.missing}`);
      const report = await compareMany({
        grid,
        ...("program" in opa ? { opa: opa.program } : {}),
        seed: Number(options.seed),
        policies: Number(options.policies),
        inputs: Number(options.inputs),
        signal,
        progress: (text) => reporter.note(text),
      });
      print(written(report));
      if (report.counts.plan === 0) return;
      throw new BoardkitError(
        `${report.counts.plan} answers of plans differ from those of the core, and OPA does not agree with the plan`,
        {
          code: "PLAN_DIFFERS",
          mend: "the smallest examples stand above; --seed and --policies 1 show one again",
        },
      );
    });
}
