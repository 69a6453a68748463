// `boardkit rego fmt`: policies as `opa fmt` writes them.
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { createPatch } from "diff";
import type { Command } from "commander";
import type { Edge } from "../command.ts";
import { folderOf } from "../shared.ts";
import { describeFaults } from "./faults.ts";
import { readFiles } from "./files.ts";
import { type Engine, loadGrid } from "./grid.ts";
import { createEngine, PolicyErrors, withFaults } from "./load.ts";
import { addVersionOptions, ignoreOption, type LoadOptions, versionOf } from "./options.ts";
import { printError } from "./watch.ts";

type Options = Pick<LoadOptions, "ignore" | "v0Compatible"> & { write: boolean; list: boolean; diff: boolean; fail: boolean };

/** OPA's exit code for files that cannot be formatted, or that --fail finds. */
const FAILED = 2;

export function addFmt(parent: Command, _edge: Edge): void {
  addVersionOptions(parent.command("fmt"))
    .description("format policies as `opa fmt` does; without paths from stdin to stdout")
    .argument("[paths...]", "policies, or folders of policies")
    .option("-w, --write", "overwrite the files", false)
    .option("-l, --list", "list the files that would change", false)
    .option("-d, --diff", "print what would change", false)
    .option("--fail", "exit with 2 if a file would change", false)
    .addOption(ignoreOption())
    .action(async (paths: string[], options: Options, command: Command) => {
      const cwd = folderOf(command);
      const engine = createEngine(await loadGrid(cwd), versionOf(options));
      if (paths.length === 0) {
        process.exitCode = await formatOne(engine, { name: "stdin", text: await text(process.stdin) }, { ...options, write: false }, cwd);
        return;
      }
      const { policies } = await readFiles(paths, options.ignore, cwd);
      for (const policy of policies) {
        const code = await formatOne(engine, policy, options, cwd);
        if (code === 0) continue;
        process.exitCode = code;
        return;
      }
    });
}

async function formatOne(
  engine: Engine,
  { name, text: source }: { name: string; text: string },
  options: Options,
  cwd: string,
): Promise<number> {
  let formatted: string;
  try {
    formatted = withFaults(() => engine.format(source));
  } catch (error) {
    if (!(error instanceof PolicyErrors)) throw error;
    const faults = error.faults.map((fault) => ({ ...fault, file: name }));
    printError(`failed to format Rego source file: ${describeFaults(Object.assign(error, { faults, isLoading: false }), 10)}`);
    return FAILED;
  }
  const changes = formatted !== source;
  const { write, list, diff, fail } = options;
  if (list && changes) process.stdout.write(`${name}\n`);
  if (diff && changes && !list) process.stdout.write(createPatch(name, source, formatted));
  if (fail && changes) {
    printError("unexpected diff");
    return FAILED;
  }
  if (list || diff || fail) return 0;
  if (!write) process.stdout.write(formatted);
  else if (changes) await writeFile(resolve(cwd, name), formatted);
  return 0;
}
