// Progress on stderr, one line a step; the result alone goes to stdout.

export type Reporter = {
  /** A step ended well: `✓ build armv7-... 12.3s zig 0.17.1`. */
  done(step: string, subject: string, seconds: number, note?: string): void;
  /** A step was not needed or not possible; the reason is part of the result. */
  skipped(step: string, subject: string, reason: string): void;
  failed(step: string, subject: string, seconds: number, note?: string): void;
  /** Something starts that takes a while or fetches something. */
  note(text: string): void;
};

/** A reporter that writes whole lines through `write`. */
export function createReporter(write: (text: string) => void): Reporter {
  const line = (mark: string, ...parts: (string | undefined)[]) => write(`${mark} ${parts.filter(Boolean).join(" ")}\n`);
  return {
    done: (step, subject, seconds, note) => line("✓", step, subject, formatSeconds(seconds), note),
    skipped: (step, subject, reason) => line("-", step, subject, `skipped: ${reason}`),
    failed: (step, subject, seconds, note) => line("✗", step, subject, formatSeconds(seconds), note),
    note: (text) => line(" ", text),
  };
}

/** `12.3s`, or `2m 05s` from a hundred seconds on. */
export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
}

/** `3.08 MB`, in millions of bytes as a disk's label counts. */
export function formatBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** A plain-text table: columns padded to their widest cell, two spaces between. */
export function formatTable(header: string[], rows: string[][]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
