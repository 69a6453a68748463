// Options that the commands of `boardkit rego` share.
import { type Command, Option } from "commander";
import { parseCount } from "../shared.ts";
import type { RegoVersion } from "./grid.ts";

export type LoadOptions = { bundle: boolean; ignore: string[]; v0Compatible: boolean };
export type WatchOption = { watch: boolean };

const collect = (value: string, before: string[]) => [...before, ...value.split(",")];

/** Adds the options of a command that loads policies. */
export function addLoadOptions(command: Command): Command {
  return addVersionOptions(command)
    .option("-b, --bundle", "the paths are bundles, as `opa build` writes them", false)
    .addOption(ignoreOption());
}

export function addVersionOptions(command: Command): Command {
  return command
    .option("--v0-compatible", "policies are Rego v0", false)
    .addOption(new Option("--v1-compatible", "policies are Rego v1, which is the default").hideHelp());
}

export function ignoreOption(): Option {
  return new Option("--ignore <patterns>", "files and folders to leave out, separated by commas").default([], "none").argParser(collect);
}

export function watchOption(): Option {
  return new Option("-w, --watch", "run again when a file changes").default(false);
}

export function formatOption(choices: string[], usual: string): Option {
  return new Option("-f, --format <name>", "the form of the output").choices(choices).default(usual);
}

export function maxErrorsOption(): Option {
  return new Option("-m, --max-errors <n>", "errors to print; 0 prints all that are found, at most 100")
    .argParser(parseCount(0, 100))
    .default(10);
}

/** A repeatable option whose values are kept as given. */
export function repeatable(flags: string, text: string): Option {
  return new Option(flags, text).default([], "none").argParser((value: string, before: string[]) => [...before, value]);
}

export function versionOf({ v0Compatible }: Pick<LoadOptions, "v0Compatible">): RegoVersion {
  return v0Compatible ? "v0" : "v1";
}
