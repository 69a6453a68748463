// argv -> command; an interrupt ends the children once; an error becomes its text and its exit code.
import { CommanderError } from "commander";
import { createProgram } from "./commands/program.ts";
import { BoardkitError, describeError, exitCodes, fromSystemError } from "./lib/errors.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) return;
    process.stderr.write(`\n✗ interrupted: ending what runs, nothing half-written stays\n`);
    interrupt.abort();
  });
}
// Who reads the output may end first, by the same interrupt say; what runs is ended all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interrupt.abort();
  });
}

try {
  const program = await createProgram(process.env, interrupt.signal);
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Prints an error unless it was printed before; returns the code to exit with. */
function exitCodeOf(error: unknown): number {
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  // commander has printed its own text: help is no error, everything else is wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const known = error instanceof BoardkitError ? error : (fromSystemError(error as NodeJS.ErrnoException) ?? error);
  process.stderr.write(`${describeError(known)}\n`);
  return known instanceof BoardkitError ? exitCodes[known.exit] : exitCodes.failed;
}
