import type { Command } from "commander";
import { formatBytes, formatTable } from "../lib/reporter.ts";
import { measureSizes, type SizeRow } from "../stages/compare/size.ts";
import { addPlanOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";

/** `boardkit size`: what each feature costs. */
export function addSize(program: Command, edge: Edge): void {
  addPlanOptions(
    program.command("size").description("what each feature of the addon's crate costs in bytes: one build a feature, so minutes each"),
  ).action(async (options: SharedOptions, command: Command) => {
    const rows = await measureSizes(requestOf(options, command, edge), createContext(options, edge));
    print(options.json ? JSON.stringify({ schema: 1, profile: options.profile, rows }, null, 2) : describe(rows));
  });
}

/** One table a target: the first build, and how the others differ from it. */
function describe(rows: SizeRow[]): string {
  const targets = [...new Set(rows.map(({ target }) => target))];
  const tables = targets.map((target) => {
    const own = rows.filter((row) => row.target === target);
    const first = own[0]?.bytes ?? 0;
    const cells = own.map(({ change, bytes }, index) => [change, formatBytes(bytes), index === 0 ? "" : difference(bytes - first)]);
    return `${target}\n${formatTable(["features", "size", "difference"], cells)}`;
  });
  return tables.join("\n\n");
}

function difference(bytes: number): string {
  return `${bytes < 0 ? "-" : "+"}${Math.round(Math.abs(bytes) / 1000)} KB`;
}
