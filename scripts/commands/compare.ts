import { type Command, InvalidArgumentError, Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { builderNames, type BuilderName } from "../model/builder.ts";
import { compareBuilders, type Comparison } from "../stages/compare/compare.ts";
import { measureSizes } from "../stages/compare/size.ts";
import type { Define, Edge } from "./command.ts";
import { describeComparison } from "./output/comparison.ts";
import { failTogether } from "./output/failures.ts";
import { describeSizes } from "./output/sizes.ts";
import { addRunOptions, createContext, print, requestOf, type SharedOptions } from "./shared.ts";

/** `boardkit compare`: one source, built in several ways. */
export const defineCompare: Define = (command, edge) => {
  addBuilders(command.command("builders").description("build targets with several builders, audit and smoke-test each build"), edge);
  addFeatures(command.command("features").description("measure each feature of the addon's crate in bytes: one build per feature"), edge);
};

function addBuilders(command: Command, edge: Edge): void {
  const builders = new Option("--builders <names>", "builders to compare, separated by commas").default(["zig", "gcc", "cross"]);
  addRunOptions(command, false)
    .addOption(builders.argParser(parseBuilders))
    .action(async (options: Omit<SharedOptions, "builder"> & { builders: BuilderName[] }) => {
      const request = requestOf(options, command, edge);
      const comparison = await compareBuilders(request, options.builders, createContext({ ...options, keepGoing: true }, edge));
      const { rows } = comparison;
      print(options.json ? JSON.stringify({ schema: 1, rows }, null, 2) : describeComparison(rows));
      failOnComparison(comparison);
    });
}

function addFeatures(command: Command, edge: Edge): void {
  addRunOptions(command).action(async (options: SharedOptions) => {
    const rows = await measureSizes(requestOf(options, command, edge), createContext(options, edge));
    print(options.json ? JSON.stringify({ schema: 1, profile: options.profile, rows }, null, 2) : describeSizes(rows));
  });
}

/** Throws if a build, an audit or a smoke run failed; a builder that cannot build a target is not a failure. */
export function failOnComparison({ rows, failures }: Comparison): void {
  const smoke = rows.flatMap(({ target, builder, failed }) => {
    if (!failed) return [];
    const error = new BoardkitError(`smoke failed: ${target} by ${builder}`, {
      code: "SMOKE_FAILED",
      fix: `for the reason, run: boardkit ship --target ${target} --builder ${builder}`,
    });
    return [{ target: `${target} by ${builder}`, error }];
  });
  failTogether([...failures, ...smoke]);
}

function parseBuilders(text: string): BuilderName[] {
  const names = text.split(",");
  const unknown = names.filter((name) => !builderNames.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`unknown: ${unknown.join(", ")}; the builders are ${builderNames.join(", ")}.`);
  return names as BuilderName[];
}
