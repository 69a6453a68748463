// The one error type that people see, and the one table of exit codes.

/** Exit codes of the CLI. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  nothingMatched: 3,
  toolMissing: 4,
  interrupted: 130,
} as const;

export type ExitCode = keyof typeof exitCodes;

/** Details of an error: the place, the command, the fix. */
export type ErrorDetails = {
  /** A stable name for scripts and tests, e.g. `TARGET_UNKNOWN`. */
  code: string;
  exit?: ExitCode;
  /** File, target or step. */
  place?: string;
  /** The command that ran. */
  command?: string;
  /** What the user can do. */
  fix?: string;
  /** The last lines of a log. */
  tail?: string;
  cause?: unknown;
};

export class BoardkitError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = "BoardkitError";
    this.code = details.code;
    this.exit = details.exit ?? "failed";
    this.details = details;
  }
}

/** The text of an error for stderr: code, place, command run, the fix. */
export function describeError(error: unknown): string {
  if (!(error instanceof BoardkitError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `✗ ${text}\n  This is a bug in Boardkit; please report it with the text above.`;
  }
  const { place, command, tail, fix } = error.details;
  const lines = [`✗ ${error.code}: ${error.message}`];
  if (place) lines.push(`  at:   ${place}`);
  if (command) lines.push(`  ran:  ${command}`);
  if (tail)
    lines.push(
      ...tail
        .trimEnd()
        .split("\n")
        .map((line) => `  │ ${line}`),
    );
  if (fix) lines.push(...fix.split("\n").map((line, index) => (index === 0 ? `  fix: ${line}` : `        ${line}`)));
  return lines.join("\n");
}

/** Turns a system error with a known fix into a BoardkitError. */
export function fromSystemError(error: NodeJS.ErrnoException): BoardkitError | undefined {
  if (error.code === "ENOSPC") {
    return new BoardkitError(`no space is left on the disk${error.path ? ` for ${error.path}` : ""}`, {
      code: "DISK_FULL",
      fix: "free some space, or point BOARDKIT_CACHE to a larger disk; nothing half-written is kept",
      cause: error,
    });
  }
  if (error.code === "EACCES" || error.code === "EROFS") {
    return new BoardkitError(`${error.path ?? "a file"} cannot be written or read: ${error.message}`, {
      code: "NO_ACCESS",
      fix: "check the owner and mode of that path, or point BOARDKIT_CACHE to a folder of yours",
      cause: error,
    });
  }
  return undefined;
}
