// Runs the command of the arguments. The first interrupt ends the child processes; an error becomes a text and an exit code.
import { styleText } from "node:util";
import { CommanderError } from "commander";
import { liveBlock } from "../../lib/progress/screen.ts";
import { BoardkitError, describeError, exitCodes, fromSystemError } from "../../lib/errors.ts";
import type { CommandEntry, Edge } from "../command.ts";
import { createProgram } from "./program.ts";

/** Runs the CLI with these commands, and sets the exit code of the process. */
export async function main(entries: CommandEntry[], loadRegistry: Edge["loadRegistry"]): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) return;
      // First the live lines end, so that the text is below what stays.
      interrupt.abort();
      process.stderr.write(`\n${failMark()} interrupted: ending all child processes; partial output is removed\n`);
    });
  }
  // The reader of the output may end first, for example by the same interrupt. The children must end anyway.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      interrupt.abort();
    });
  }
  try {
    const program = await createProgram(entries, process.argv.slice(2), {
      env: process.env,
      signal: interrupt.signal,
      loadRegistry,
    });
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? exitCodes.interrupted : printError(error);
  }
}

/** Prints an error unless commander has printed it; returns the exit code. */
function printError(error: unknown): number {
  // Commander throws help as an error with exit code 0; its other errors are wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const known = error instanceof BoardkitError ? error : (fromSystemError(error as NodeJS.ErrnoException) ?? error);
  const text = describeError(known).replace(/^✗/, failMark());
  liveBlock.above(() => process.stderr.write(`${text}\n`));
  return known instanceof BoardkitError ? exitCodes[known.exit] : exitCodes.failed;
}

function failMark(): string {
  return styleText("red", "✗", { stream: process.stderr });
}
