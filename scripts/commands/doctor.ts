import type { Command } from "commander";
import { formatTable } from "../lib/reporter.ts";
import { examine } from "../pipeline/doctor.ts";
import { createContext, type Edge, jsonOption, print } from "./shared.ts";
import { BoardkitError } from "../lib/errors.ts";

/** `boardkit doctor`: what this machine has of all that Boardkit uses. */
export function addDoctor(program: Command, edge: Edge): void {
  program
    .command("doctor")
    .description("tell what this machine has and what set-up would fetch")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      const context = createContext({}, edge);
      const findings = await examine(context, edge.env.PATH ?? "");
      if (options.json) print(JSON.stringify({ schema: 1, findings }, null, 2));
      else
        print(
          formatTable(
            ["", "what", "state"],
            findings.map((finding) => [{ ok: "✓", fetched: "-", missing: "✗" }[finding.state], finding.name, finding.text]),
          ),
        );
      const missing = findings.filter((finding) => finding.state === "missing");
      if (missing.length === 0) return;
      throw new BoardkitError(`missing: ${missing.map((finding) => finding.name).join(", ")}`, {
        code: "TOOL_MISSING",
        exit: "toolMissing",
        mend: missing.map((finding) => `${finding.name}: ${finding.mend}`).join("\n"),
      });
    });
}
