import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { requireEngine } from "../stages/plan/builders.ts";
import { CAP_MEANING, smokeCapped } from "../stages/smoke/memory.ts";
import { describeCapped, failOnCap, parseMemory } from "./capped.ts";
import { setUpStage, smokeTargets } from "../stages/index.ts";
import { failOnSmoke } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";
import { describeTable } from "./table.ts";

/** `boardkit smoke`: runs built addons under QEMU. */
export function addSmoke(program: Command, edge: Edge): void {
  addRunOptions(program.command("smoke").description("run built addons in the target's Node under QEMU, at the target's lowest CPU"))
    .option("--addon <file>", "a .node file to take instead of the built one; with one --target")
    .option("--memory <size>", "cap the memory, as in 64m: in a container, by the kernel's control groups", parseMemory)
    .action(async (options: SharedOptions & { addon?: string; memory?: number }, command: Command) => {
      if (options.addon && options.memory !== undefined) {
        throw new BoardkitError("--addon and --memory do not go together: the cap is for what was built", {
          code: "USAGE",
          exit: "usage",
          fix: "leave one of them out",
        });
      }
      const context = createContext(options, edge);
      const request = requestOf(options, command, edge);
      const engine = options.memory === undefined ? undefined : await requireEngine(request, context);
      const { plan } = await setUpStage({ ...request, engine }, "smoke", context);
      const { targets } = plan;
      if (options.addon && targets.length !== 1) {
        throw new BoardkitError(`--addon goes with one target, and ${targets.length} are chosen`, {
          code: "USAGE",
          exit: "usage",
          fix: "add --target <triple>",
        });
      }
      if (engine && options.memory !== undefined) {
        const rows = await smokeCapped(targets, plan.project.folder, options.memory, engine, context);
        print(options.json ? JSON.stringify({ schema: 1, rows, meaning: CAP_MEANING }, null, 2) : describeCapped(rows));
        failOnCap(rows);
        return;
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
