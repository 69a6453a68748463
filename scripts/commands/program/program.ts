// The program: all commands by name, and the called one with its options.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../../lib/paths.ts";
import type { CommandEntry, Edge } from "../command.ts";

const AFTER = `
Exit codes: 0 ok, 1 a step failed, 2 usage or bad data, 3 nothing matched, 4 a tool is missing or too old, 130 interrupted.
Environment: BOARDKIT_CACHE is the folder for downloads (default ~/.cache/boardkit).`;

/** Creates the program for `args`, the arguments after those of Node and the script. */
export async function createProgram(entries: CommandEntry[], args: string[], edge: Edge): Promise<Command> {
  const program = new Command("boardkit")
    .description("Cross-compile, audit, emulate and ship native Node addons for small boards and routers")
    .version(readVersion())
    .option("--cwd <folder>", "folder of the napi-rs project; relative paths of audit start there", ".")
    .exitOverride()
    .showHelpAfterError("(boardkit --help lists commands and options)")
    .addHelpText("after", AFTER);
  const called = calledCommand(entries, args);
  for (const entry of entries) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
    if (entry === called) (await entry.load())(command, edge);
  }
  return program;
}

/** The program with the options of all commands, for docs/cli.md. */
export async function createWholeProgram(entries: CommandEntry[], edge: Edge): Promise<Command> {
  const program = await createProgram([], [], edge);
  for (const { name, summary, load } of entries) (await load())(program.command(name).summary(summary).description(summary), edge);
  return program;
}

/** The version in Boardkit's package.json. */
function readVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

/** The called command: the first argument that is neither an option nor the value of --cwd, or the one after `help`. */
function calledCommand(entries: CommandEntry[], args: string[]): CommandEntry | undefined {
  const words = args.filter((word, index) => !word.startsWith("-") && args[index - 1] !== "--cwd");
  const name = words[0] === "help" ? words[1] : words[0];
  return entries.find((entry) => entry.name === name);
}
