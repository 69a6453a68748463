// Options that several commands share, and the context and the request from their values.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { type Command, InvalidArgumentError, Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { cacheRoot } from "../lib/paths.ts";
import { createReporter } from "../lib/progress/create-reporter.ts";
import { liveRenderer } from "../lib/progress/live.ts";
import { plainRenderer, type Paint, type Renderer } from "../lib/progress/renderer.ts";
import { canDraw, liveBlock } from "../lib/progress/screen.ts";
import { openTimes } from "../lib/progress/times.ts";
import { builderNames } from "../model/builder.ts";
import { runtimeNames, type RuntimeName } from "../model/targets/runtime.ts";
import type { Context } from "../stages/context.ts";
import type { Request } from "../stages/stage.ts";
import type { Edge } from "./command.ts";

export type SharedOptions = {
  target: string[];
  profile: string;
  builder: Request["builder"];
  jobs: number;
  keepGoing: boolean;
  force: boolean;
  json: boolean;
};

/** `--target`, repeatable, with globs; an empty value adds nothing, as for an input of a workflow that is not set. */
export function targetOption(defaultText = "all targets of the project"): Option {
  const collect = (value: string, before: string[]) => [...before, ...value.split(/\s+/).filter(Boolean)];
  return new Option("-t, --target <triple>", "a target, or a glob such as '*musl*'; repeatable, or several with spaces between")
    .default([], defaultText)
    .argParser(collect);
}

/** Options for runs that are made on request only. */
export type Extras = { rustTests: boolean; runtimes?: RuntimeName[] };

/** Their part of a request. */
export function extrasOf({ rustTests, runtimes }: Extras): Pick<Request, "rustTests" | "runtimes"> {
  return { rustTests, ...(runtimes ? { runtimes } : {}) };
}

/** `--json`: one versioned document on stdout. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON document instead of text").default(false);
}

/** `--rust-tests`: they are no part of the shipped file, and take minutes to link. */
export function rustTestsOption(): Option {
  return new Option("--rust-tests", "also run the Rust tests of the crates in boardkit.tests, on targets without Node").default(false);
}

/** `--runtimes`: each is a download of 40 to 55 MB for each target, and its runs take time. */
export function runtimesOption(): Option {
  const text = `also run the smoke script in these runtimes (${runtimeNames.join(", ")}; separated by commas): a result that differs from Node's is a failure`;
  return new Option("--runtimes <names>", text).argParser(parseRuntimes);
}

function parseRuntimes(text: string): RuntimeName[] {
  const names = text.split(",");
  const unknown = names.filter((name) => !runtimeNames.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`unknown: ${unknown.join(", ")}; the runtimes are ${runtimeNames.join(", ")}.`);
  return runtimeNames.filter((name) => names.includes(name));
}

/** Adds the options of a command that builds. */
export function addRunOptions(command: Command, withBuilder = true): Command {
  const builder = new Option("--builder <name>", "the compiler and linker").choices(["auto", ...builderNames]).default("auto");
  command.addOption(targetOption()).option("--profile <id>", "a profile of targets/profiles", "standard").addOption(jsonOption());
  if (withBuilder) command.addOption(builder);
  return addPoolOptions(command).option("--keep-going", "continue with the other targets when one fails", false);
}

/** Adds the options of a command that works on several targets. */
export function addPoolOptions(command: Command): Command {
  const jobs = new Option("-j, --jobs <n>", "number of targets to process in parallel").default(
    Math.min(availableParallelism(), 4),
    "the number of processors, at most 4",
  );
  return command.addOption(jobs.argParser(parseCount(1, 64))).option("--force", "run steps even if nothing has changed", false);
}

/** The context of a run. */
export function createContext(options: Partial<SharedOptions>, edge: Edge): Context {
  const cache = cacheRoot(edge.env);
  const times = openTimes(join(cache, "times.json"));
  return {
    registry: edge.loadRegistry(),
    cache,
    reporter: createReporter(rendererOf(options, edge), times),
    times,
    signal: edge.signal,
    jobs: options.jobs ?? 1,
    keepGoing: options.keepGoing ?? false,
    force: options.force ?? false,
  };
}

/** Live lines on a terminal, else a log; colours by NO_COLOR, FORCE_COLOR and the terminal, as Node reads them. */
function rendererOf({ json = false }: Partial<SharedOptions>, { env, signal }: Edge): Renderer {
  const { stderr } = process;
  const paint: Paint = (color, text) => styleText(color, text, { stream: stderr });
  if (!json && canDraw(stderr, env)) return liveRenderer(stderr, { paint, signal });
  return plainRenderer((text) => void stderr.write(text), paint);
}

/** The request of the user, from the options of a command. */
export function requestOf(options: Partial<Pick<SharedOptions, "target" | "profile" | "builder">>, command: Command, edge: Edge): Request {
  const { target = [], profile = "standard", builder = "auto" } = options;
  return { cwd: folderOf(command), targets: target, profile, builder, ...searchOf(edge) };
}

/** The folder that --cwd names. */
export function folderOf(command: Command): string {
  return command.optsWithGlobals<{ cwd: string }>().cwd;
}

/** The search path for programs and the settings of container engines, from the environment. */
export function searchOf({ env }: Edge): Pick<Request, "searchPath" | "engines"> {
  // Like cross, which reads DOCKER_OPTS if CROSS_CONTAINER_OPTS is not set.
  const options = env.CROSS_CONTAINER_OPTS ?? env.DOCKER_OPTS;
  const engines = {
    engine: env.CROSS_CONTAINER_ENGINE,
    options,
    containersConf: env.CONTAINERS_CONF,
    rootless: env.CROSS_ROOTLESS_CONTAINER_ENGINE,
  };
  return { searchPath: env.PATH ?? "", engines };
}

/** Writes the result of a command to stdout. */
export function print(text: string): void {
  liveBlock.above(() => process.stdout.write(text.endsWith("\n") ? text : `${text}\n`));
}

/** A parser for integers within bounds. */
export function parseCount(least: number, most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (Number.isInteger(count) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`expected an integer from ${least} to ${most}.`);
  };
}

/** Seconds since 1970 in SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/ */
export function readEpoch(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new BoardkitError(`SOURCE_DATE_EPOCH is ${text}, which is not a number of seconds`, {
    code: "BAD_DATA",
    exit: "usage",
    fix: "unset it, or set it, for example, to the output of `git log -1 --format=%ct`",
  });
}
