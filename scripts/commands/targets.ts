import type { Command } from "commander";
import { formatTable } from "../lib/reporter.ts";
import { selectTriples } from "../model/registry.ts";
import { createContext, type Edge, jsonOption, print, targetOption } from "./shared.ts";

/** `boardkit targets`: what targets/triples says. */
export function addTargets(program: Command, edge: Edge): void {
  program
    .command("targets")
    .description("list the targets")
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((options: { target: string[]; json: boolean }) => {
      const targets = selectTriples(createContext({}, edge).registry, options.target);
      if (options.json) return print(JSON.stringify({ schema: 1, targets }, null, 2));
      const rows = targets.map((target) => [
        target.triple,
        target.napiPlatform,
        target.glibcFloor ? `glibc ${target.glibcFloor}` : "musl",
        target.smoke.map((run) => `${run.kind} on ${run.cpu}`).join("; "),
        target.why ?? "",
      ]);
      print(formatTable(["target", "napi platform", "libc", "smoke", "why not"], rows));
    });
}
