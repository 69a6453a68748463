// Runs other programs: the only importer of execa. Every child is its own process group, so that an interrupt also ends its children (npm,
// cargo, rustc, zig). Its output goes to a log file; errors contain the tail.
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { BoardkitError } from "../lib/errors.ts";
import { shellWord } from "../lib/shell-word.ts";
import { filterLines, type LineReader } from "./output-lines.ts";

export type Command = {
  argv: string[];
  cwd?: string;
  /** Added to the environment of this process; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** File for stdout and stderr. */
  log?: string;
  signal?: AbortSignal;
  timeoutSeconds?: number;
  /** Gets each line of stderr at once. */
  readLine?: LineReader;
  /** Ends the command like a timeout. */
  giveUp?: AbortSignal;
  /** What the command reads from its stdin; without it, nothing. */
  input?: Readable;
  /** Gets stdout as it comes; it is not kept then. */
  onStdout?: (chunk: Buffer) => void;
  /** How stdout and stderr become texts; `latin1` keeps each byte as a character. */
  encoding?: "utf8" | "latin1";
};

export type Outcome = {
  exitCode: number | undefined;
  /** The signal that ended the child, for example `SIGILL`. */
  endedBy: string | undefined;
  timedOut: boolean;
  stdout: string;
  stderr: string;
  seconds: number;
};

const TAIL_LINES = 30;
const running = new Set<number>();

/** Runs a command and returns its outcome; only a missing program is an error. */
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
    ...(command.input ? { input: command.input } : { stdin: "ignore" as const }),
    encoding: command.encoding ?? "utf8",
    ...(command.onStdout ? { buffer: { stdout: false } } : {}),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  const filter = command.readLine && filterLines(command.readLine);
  const kept: string[] = [];
  filter?.on("data", (text: string) => void kept.push(text));
  const stderr = filter ? child.stderr.setEncoding("utf8").pipe(filter) : child.stderr;
  if (log) for (const stream of [child.stdout, stderr]) stream.pipe(log, { end: false });
  if (command.onStdout) child.stdout.on("data", command.onStdout);
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
    stdout: result.stdout ?? "",
    stderr: filter ? kept.join("") : result.stderr,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Runs a command. An exit code other than 0 is an error with the tail of the output and the path of the log. */
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

/** Runs an interactive command in the terminal. */
export async function runInTerminal({ argv, env }: Pick<Command, "argv" | "env">): Promise<void> {
  const [file, ...args] = argv;
  if (!file) throw new TypeError("an empty argv");
  await execa(file, args, { env, stdio: "inherit", reject: false });
}

/** How a child ended, as the end of a sentence. */
export function describeEnd(outcome: Outcome): string {
  if (outcome.timedOut) return `timed out after ${outcome.seconds.toFixed(0)} s`;
  if (outcome.endedBy) return `was ended by ${outcome.endedBy}`;
  return `exited with ${outcome.exitCode}`;
}

/** A command in shell syntax, with its folder and variables. */
export function formatCommand(command: Pick<Command, "argv" | "env" | "cwd">): string {
  const env = Object.entries(command.env ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(value)}`]));
  const line = [...env, ...command.argv.map(quote)].join(" ");
  return command.cwd ? `cd ${quote(command.cwd)} && ${line}` : line;
}

/** The last lines of a text, without the command at the start of a log. */
export function tailOf(text: string): string {
  const lines = text
    .replace(/^\$ .*\n/, "")
    .trimEnd()
    .split("\n");
  return lines.slice(-TAIL_LINES).join("\n");
}

function endGroup(pid: number): void {
  killGroup(pid, "SIGTERM");
  // cargo and qemu end at once on SIGTERM. After this time, a process that is still running would block the removal of its files.
  setTimeout(() => running.has(pid) && killGroup(pid, "SIGKILL"), 3000).unref();
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has ended already. EPERM: sudo runs it as root, so Boardkit waits for it. An error thrown from this listener would
    // end Boardkit before its cleanup.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function missing(file: string, command: Command, cause: unknown): BoardkitError {
  return new BoardkitError(`${file} could not be started`, {
    code: "TOOL_MISSING",
    exit: "toolMissing",
    command: formatCommand(command),
    fix: `install ${file}, or put it on the PATH; \`boardkit doctor\` lists all missing programs`,
    cause,
  });
}

/** A word in shell syntax. */
export function quote(word: string): string {
  // The separator of CARGO_ENCODED_RUSTFLAGS, which a terminal does not show.
  if (word.includes("\u001f")) return `$'${word.replaceAll(/['\\]/g, "\\$&").replaceAll("\u001f", "\\x1f")}'`;
  return shellWord(word);
}
