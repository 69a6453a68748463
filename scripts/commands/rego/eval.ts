// `boardkit rego eval`: a query on policies and data, as `opa eval` prints its answers.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import type { Edge } from "../command.ts";
import { folderOf, parseCount } from "../shared.ts";
import { coverageFields } from "./coverage-json.ts";
import { describeFaults, faultFields } from "./faults.ts";
import { type Diagnostic, type Engine, loadGrid, type Print } from "./grid.ts";
import { loadEngine, PolicyErrors, withFaults } from "./load.ts";
import {
  addVersionOptions,
  formatOption,
  ignoreOption,
  type LoadOptions,
  repeatable,
  versionOf,
  type WatchOption,
  watchOption,
} from "./options.ts";
import { type Answers, evalFormats, writeAnswers } from "./results.ts";
import { printError, runWatched } from "./watch.ts";

export type InputOptions = Pick<LoadOptions, "ignore" | "v0Compatible"> & {
  data: string[];
  bundle: string[];
  input?: string;
  stdinInput: boolean;
  strictBuiltinErrors: boolean;
  timeout: number;
};
type Options = InputOptions &
  WatchOption & {
    format: (typeof evalFormats)[number];
    fail: boolean;
    failDefined: boolean;
    coverage: boolean;
    metrics: boolean;
    explain?: "notes" | "full";
    unknowns?: string;
    partial: boolean;
  };

/** OPA's exit code for errors. */
const FAILED = 2;

/** Adds the options for policies, data and input of a query. */
export function addInputOptions(command: Command): Command {
  return addVersionOptions(command)
    .addOption(repeatable("-d, --data <path>", "policies and data: a file or folder; repeatable"))
    .addOption(repeatable("-b, --bundle <path>", "a bundle, as `opa build` writes it; repeatable"))
    .option("-i, --input <file>", "the input, as JSON")
    .option("-I, --stdin-input", "read the input from stdin", false)
    .option("--strict-builtin-errors", "an error of a builtin ends the evaluation", false)
    .addOption(new Option("--timeout <ms>", "time limit of an evaluation").argParser(parseCount(1, 3_600_000)).default(60_000))
    .addOption(ignoreOption());
}

export function addEval(parent: Command, edge: Edge): void {
  addInputOptions(parent.command("eval"))
    .description("evaluate a query, with the engine that will run the policies")
    .argument("<query>", "a query, such as data.authz.allow")
    .addOption(formatOption([...evalFormats], "json"))
    .option("--fail", "exit with 1 if the answer is undefined", false)
    .option("--fail-defined", "exit with 1 if there is an answer", false)
    .option("--coverage", "add the coverage of the evaluation", false)
    .option("--metrics", "add the times of the evaluation", false)
    .addOption(new Option("--explain <mode>", "add the notes of trace(...), or all steps of Grid").choices(["notes", "full"]))
    .addOption(new Option("--unknowns <refs>", "partial evaluation, which Grid does not have").hideHelp())
    .addOption(new Option("-p, --partial", "partial evaluation, which Grid does not have").default(false).hideHelp())
    .addOption(watchOption())
    .action(async (query: string, options: Options, command: Command) => {
      if (options.partial || options.unknowns !== undefined) throw noPartial();
      const cwd = folderOf(command);
      const grid = await loadGrid(cwd);
      const sources = { paths: options.data, bundles: options.bundle, ignore: options.ignore, version: versionOf(options) };
      const paths = [...options.data, ...options.bundle, ...(options.input === undefined ? [] : [options.input])];
      const stdin = options.stdinInput ? await text(process.stdin) : undefined;
      await runWatched({ paths, cwd, watch: options.watch, signal: edge.signal }, async () => {
        const answers = await failing(async () => {
          const { engine } = await loadEngine(grid, sources, cwd, settingsOf(options));
          return ask(engine, query, stdin ?? (await readInput(options.input, cwd)), options);
        });
        writeAnswers(answers, options.format);
        if (answers.errors !== undefined) return FAILED;
        const isDefined = answers.results !== "[]";
        return (options.fail && !isDefined) || (options.failDefined && isDefined) ? 1 : 0;
      });
    });
}

export function settingsOf({ timeout, strictBuiltinErrors }: InputOptions) {
  return { maxEvaluationMs: timeout, strictBuiltinErrors };
}

/** The text of the input file; undefined if there is none. */
export async function readInput(path: string | undefined, cwd: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return await readFile(resolve(cwd, path), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new BoardkitError(`${path}: ${error.message}`, {
      code: "NO_FILE",
      place: path,
      fix: "name a JSON file with --input",
      cause: error,
    });
  });
}

function ask(engine: Engine, query: string, input: string | undefined, options: Options): Answers {
  try {
    const { value, prints, metrics } = withFaults(() => engine.traceAllJson(query, input));
    showPrints(prints);
    const coverage = options.coverage ? engine.coverage(query, input === undefined ? undefined : JSON.parse(input)) : undefined;
    const explanation = options.explain === undefined ? undefined : engine.explain(query, input, { mode: options.explain }).events;
    return {
      results: value,
      ...(explanation && { explanation }),
      ...(options.metrics && { metrics }),
      ...(coverage && { coverage: coverageFields(coverage) }),
    };
  } catch (error) {
    showPrints((error as { prints?: Print[] }).prints ?? []);
    throw error;
  }
}

/** Errors of policies, of the input and of the evaluation are an answer, in the form of the output. */
async function failing(work: () => Promise<Answers>): Promise<Answers> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PolicyErrors) return { results: "[]", errors: error.faults.map(faultFields), text: describeFaults(error, 10) };
    const { code, message, file, line, column, opaCode } = error as Partial<Diagnostic> & Error;
    if (!code?.startsWith("GRID_") || code === "GRID_INTERNAL") throw error;
    const known = { ...(file !== undefined && { file }), ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
    const fault = { code, message, ...known, ...(opaCode !== undefined && { opaCode }) };
    return { results: "[]", errors: [faultFields(fault)], text: `1 error occurred: ${message}` };
  }
}

function showPrints(prints: readonly Print[]): void {
  for (const { text: line } of prints) printError(line);
}

function noPartial(): BoardkitError {
  return new BoardkitError("Grid has no partial evaluation yet: neither --partial nor --unknowns", {
    code: "USAGE",
    exit: "usage",
    fix: "give the complete input with --input; use `opa eval --partial` for partial evaluation",
  });
}
