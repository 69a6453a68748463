import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { setUpStage, smokeTargets } from "../pipeline/index.ts";
import { failOnSmoke } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";
import { describeTable } from "./table.ts";

/** `boardkit smoke`: runs built addons under QEMU. */
export function addSmoke(program: Command, edge: Edge): void {
  addRunOptions(program.command("smoke").description("run built addons in the target's Node under QEMU, at the target's lowest CPU"))
    .option("--addon <file>", "a .node file to take instead of the built one; with one --target")
    .action(async (options: SharedOptions & { addon?: string }, command: Command) => {
      const context = createContext(options, edge);
      const { plan } = await setUpStage(requestOf(options, command, edge), "smoke", context);
      const targets = plan.targets.map(({ target, dist }) => ({ triple: target.triple, dist }));
      if (options.addon && targets.length !== 1) {
        throw new BoardkitError(`--addon goes with one target, and ${targets.length} are chosen`, {
          code: "USAGE",
          exit: "usage",
          mend: "add --target <triple>",
        });
      }
      const manifests = await smokeTargets(targets, options.addon, context);
      print(
        options.json
          ? JSON.stringify({ schema: 1, targets: manifests, skipped: plan.skipped }, null, 2)
          : describeTable(manifests, plan.skipped),
      );
      failOnSmoke(manifests);
    });
}
