// Options that several commands share, and the context that their values make.
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { cacheRoot } from "../lib/paths.ts";
import { createReporter } from "../lib/reporter.ts";
import { builderNames } from "../model/builder.ts";
import { loadRegistry } from "../model/registry.ts";
import type { Context } from "../stages/context.ts";
import type { Request } from "../stages/index.ts";

/** What the edge of the program gives to every command. */
export type Edge = { env: NodeJS.ProcessEnv; signal: AbortSignal };

export type SharedOptions = {
  target: string[];
  profile: string;
  builder: Request["builder"];
  jobs: number;
  keepGoing: boolean;
  force: boolean;
  json: boolean;
};

/** `--target`, repeatable, with globs; `none` says what is meant where it is left out. */
export function targetOption(none = "all that the project wants"): Option {
  const collect = (value: string, before: string[]) => [...before, value];
  return new Option("-t, --target <triple>", "a target, or a glob such as '*musl*'; repeatable").default([], none).argParser(collect);
}

/** `--json`: one versioned document on stdout. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON document instead of text").default(false);
}

/** Adds what choosing and running targets takes. */
export function addRunOptions(command: Command, withBuilder = true): Command {
  return addPlanOptions(command, withBuilder)
    .option("-j, --jobs <n>", "targets side by side", parseCount(1, 64), Math.min(availableParallelism(), 4))
    .option("--keep-going", "go on with the other targets when one fails", false)
    .option("--force", "run steps even if nothing changed", false);
}

/** Adds what choosing targets and their builder takes. */
export function addPlanOptions(command: Command, withBuilder = true): Command {
  const builder = new Option("--builder <name>", "what compiles and links").choices(["auto", ...builderNames]).default("auto");
  command.addOption(targetOption()).option("--profile <id>", "a profile of targets/profiles", "standard").addOption(jsonOption());
  return withBuilder ? command.addOption(builder) : command;
}

/** The context of a run. */
export function createContext(options: Partial<SharedOptions>, edge: Edge): Context {
  return {
    registry: loadRegistry(),
    cache: cacheRoot(edge.env),
    reporter: createReporter((text) => process.stderr.write(text)),
    signal: edge.signal,
    jobs: options.jobs ?? 1,
    keepGoing: options.keepGoing ?? false,
    force: options.force ?? false,
  };
}

/** What the user asked for, from the options. */
export function requestOf(options: Pick<SharedOptions, "target" | "profile" | "builder">, command: Command, edge: Edge): Request {
  const { cwd } = command.optsWithGlobals<{ cwd: string }>();
  return { cwd, targets: options.target, profile: options.profile, builder: options.builder, ...wishOf(edge) };
}

/** What the environment says of programs and container engines. */
export function wishOf({ env }: Edge): Pick<Request, "searchPath" | "engines"> {
  // cross reads the latter where there is no other.
  const options = env.CROSS_CONTAINER_OPTS ?? env.DOCKER_OPTS;
  return { searchPath: env.PATH ?? "", engines: { engine: env.CROSS_CONTAINER_ENGINE, options, containersConf: env.CONTAINERS_CONF } };
}

/** Writes the result of a command to stdout. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A parser of a whole number within bounds. */
export function parseCount(least: number, most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (Number.isInteger(count) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`it is a whole number from ${least} to ${most}.`);
  };
}
