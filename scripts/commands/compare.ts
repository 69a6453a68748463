import { type Command, InvalidArgumentError, Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { formatBytes, formatSeconds, formatTable } from "../lib/reporter.ts";
import { builderNames, type BuilderName } from "../model/builder.ts";
import { compareBuilders, type Compared, type Comparison } from "../stages/compare/compare.ts";
import { failTogether } from "./failures.ts";
import { addRunOptions, createContext, type Edge, print, requestOf, type SharedOptions } from "./shared.ts";

/** `boardkit compare`: one source by several builders. */
export function addCompare(program: Command, edge: Edge): void {
  const builders = new Option("--builders <names>", "builders to compare, with commas between").default(["zig", "gcc", "cross"]);
  addRunOptions(
    program.command("compare").description("build targets with several builders, audit and smoke each, and print them side by side"),
    false,
  )
    .addOption(builders.argParser(parseBuilders))
    .action(async (options: Omit<SharedOptions, "builder"> & { builders: BuilderName[] }, command: Command) => {
      const request = requestOf({ ...options, builder: "auto" }, command, edge);
      const compared = await compareBuilders(request, options.builders, createContext({ ...options, keepGoing: true }, edge));
      const { rows } = compared;
      print(options.json ? JSON.stringify({ schema: 1, rows }, null, 2) : describe(rows));
      failOnComparison(compared);
    });
}

/** Throws when a build, an audit or a smoke run failed; a builder that cannot build a target is no failure. */
export function failOnComparison({ rows, failures }: Comparison): void {
  const smoke = rows.flatMap(({ target, builder, failed }) => {
    if (!failed) return [];
    const error = new BoardkitError(`smoke failed: ${target} by ${builder}`, {
      code: "SMOKE_FAILED",
      fix: `to see the reason: boardkit ship --target ${target} --builder ${builder}`,
    });
    return [{ target: `${target} by ${builder}`, error }];
  });
  failTogether([...failures, ...smoke]);
}

function parseBuilders(text: string): BuilderName[] {
  const names = text.split(",");
  const unknown = names.filter((name) => !builderNames.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`it names ${unknown.join(", ")}; the builders are ${builderNames.join(", ")}.`);
  return names as BuilderName[];
}

const HEADER = ["target", "builder", "size", "glibc", "NEEDED", "843419", "built in", "smoke", "tools"];

/** One row a target and builder. */
export function describe(rows: Compared[]): string {
  const cells = rows.map((row) => {
    const head = [row.target, row.builder];
    if (row.reason !== undefined) return [...head, "-", "-", "-", "-", "-", "-", row.reason];
    const smoke = row.failed ? `${row.failed} FAILED` : `${row.passed} passed ${formatSeconds(row.smokeSeconds ?? 0)}`;
    return [
      ...head,
      formatBytes(row.bytes ?? 0),
      row.glibc ?? "-",
      (row.needed ?? []).join(" "),
      row.errata843419 === undefined ? "-" : String(row.errata843419),
      formatSeconds(row.buildSeconds ?? 0),
      smoke,
      row.tools ?? "",
    ];
  });
  return formatTable(HEADER, cells);
}
