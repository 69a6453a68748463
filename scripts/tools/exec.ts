// Runs other programs: the only importer of execa. Every child is a process group of its own, so that an interrupt ends
// all that it started (npm, cargo, rustc, zig), and its output goes to a log file with the tail kept for the error.
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";
import { BoardkitError } from "../lib/errors.ts";

export type Command = {
  argv: string[];
  cwd?: string;
  /** Added to the environment of this process; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Both outputs are written there. */
  log?: string;
  signal?: AbortSignal;
  timeoutSeconds?: number;
  /** Ends the command as if its time were over. */
  giveUp?: AbortSignal;
};

export type Outcome = {
  exitCode: number | undefined;
  /** The signal that ended the child, e.g. `SIGILL`. */
  endedBy: string | undefined;
  timedOut: boolean;
  stdout: string;
  stderr: string;
  seconds: number;
};

const TAIL_LINES = 30;
const running = new Set<number>();

/** Runs a command and tells how it ended; only a program that is missing is an error. */
export async function run(command: Command): Promise<Outcome> {
  const [file, ...args] = command.argv;
  if (!file) throw new TypeError("an empty argv");
  command.signal?.throwIfAborted();
  if (command.log) await mkdir(dirname(command.log), { recursive: true });
  const log = command.log ? createWriteStream(command.log) : undefined;
  log?.write(`$ ${formatCommand(command)}\n`);
  const started = performance.now();
  const child = execa(file, args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdin: "ignore",
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (log) for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
  const { pid } = child;
  if (pid) running.add(pid);
  let timedOut = false;
  const end = () => pid && endGroup(pid);
  const timeOut = () => ((timedOut = true), end());
  const timer = command.timeoutSeconds && setTimeout(timeOut, command.timeoutSeconds * 1000);
  command.giveUp?.addEventListener("abort", timeOut, { once: true });
  command.signal?.addEventListener("abort", end, { once: true });
  const result = await child;
  if (timer) clearTimeout(timer);
  command.signal?.removeEventListener("abort", end);
  if (pid) running.delete(pid);
  if (log) await new Promise((resolve) => log.end(resolve));
  command.signal?.throwIfAborted();
  if (result.code === "ENOENT" || result.code === "EACCES") throw missing(file, command, result);
  return {
    exitCode: result.exitCode,
    endedBy: result.signal,
    timedOut,
    stdout: result.stdout,
    stderr: result.stderr,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Runs a command that must end with 0, else an error with the tail of its output and the path of its log. */
export async function runOrFail(command: Command, code: string, fix?: string): Promise<Outcome> {
  const outcome = await run(command);
  if (outcome.exitCode === 0) return outcome;
  throw new BoardkitError(`${command.argv[0]} ${describeEnd(outcome)}`, {
    code,
    command: formatCommand(command),
    tail: tailOf(command.log ? await readFile(command.log, "utf8") : outcome.stdout + outcome.stderr),
    fix: [fix, command.log && `the whole log: ${command.log}`].filter(Boolean).join("\n") || undefined,
  });
}

/** Runs a command that has the terminal to itself, until it ends as it likes. */
export async function runInTerminal({ argv, env }: Pick<Command, "argv" | "env">): Promise<void> {
  const [file, ...args] = argv;
  if (!file) throw new TypeError("an empty argv");
  await execa(file, args, { env, stdio: "inherit", reject: false });
}

/** How a child ended, for a sentence. */
export function describeEnd(outcome: Outcome): string {
  if (outcome.timedOut) return `was ended after ${outcome.seconds.toFixed(0)} s without an answer`;
  if (outcome.endedBy) return `was ended by ${outcome.endedBy}`;
  return `exited with ${outcome.exitCode}`;
}

/** A command as one could type it, with the variables that were set for it. */
export function formatCommand(command: Pick<Command, "argv" | "env" | "cwd">): string {
  const env = Object.entries(command.env ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(value)}`]));
  const line = [...env, ...command.argv.map(quote)].join(" ");
  return command.cwd ? `cd ${quote(command.cwd)} && ${line}` : line;
}

/** The last lines of a text, without the command that a log begins with. */
export function tailOf(text: string): string {
  const lines = text
    .replace(/^\$ .*\n/, "")
    .trimEnd()
    .split("\n");
  return lines.slice(-TAIL_LINES).join("\n");
}

function endGroup(pid: number): void {
  killGroup(pid, "SIGTERM");
  // cargo and qemu end at once on SIGTERM; what does not after this time would hold files that are to be removed.
  setTimeout(() => running.has(pid) && killGroup(pid, "SIGKILL"), 3000).unref();
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group ended in the meantime, which is what was wanted. EPERM: it is root's, by sudo; it is waited for, since thrown by
    // a listener this would end Boardkit before it has cleaned up.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function missing(file: string, command: Command, cause: unknown): BoardkitError {
  return new BoardkitError(`${file} could not be started`, {
    code: "TOOL_MISSING",
    exit: "toolMissing",
    command: formatCommand(command),
    fix: `install ${file}, or put it on the PATH; \`boardkit doctor\` lists all that is missing`,
    cause,
  });
}

/** A word as a shell takes it. */
export function quote(word: string): string {
  // A separator that a terminal does not show, as in CARGO_ENCODED_RUSTFLAGS.
  if (word.includes("\u001f")) return `$'${word.replaceAll(/['\\]/g, "\\$&").replaceAll("\u001f", "\\x1f")}'`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
