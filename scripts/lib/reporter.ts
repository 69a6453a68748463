// Progress on stderr, one line per step; only the result goes to stdout.

export type Reporter = {
  /** A step succeeded: `✓ build armv7-... 12.3s zig 0.17.1`. */
  done(step: string, subject: string, seconds: number, note?: string): void;
  /** A step was not needed or not possible. */
  skipped(step: string, subject: string, reason: string): void;
  failed(step: string, subject: string, seconds: number, note?: string): void;
  /** Announces slow work or a download. */
  note(text: string): void;
};

/** A reporter that calls `write` once per line. */
export function createReporter(write: (text: string) => void): Reporter {
  const line = (mark: string, ...parts: (string | undefined)[]) => write(`${mark} ${parts.filter(Boolean).join(" ")}\n`);
  return {
    done: (step, subject, seconds, note) => line("✓", step, subject, formatSeconds(seconds), note),
    skipped: (step, subject, reason) => line("-", step, subject, `skipped: ${reason}`),
    failed: (step, subject, seconds, note) => line("✗", step, subject, formatSeconds(seconds), note),
    note: (text) => line(" ", text),
  };
}

/** Reports a step with its time when `work` has succeeded. */
export async function reportDone<T>({ done }: Reporter, step: string, subject: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  done(step, subject, (performance.now() - started) / 1000);
  return result;
}

/** `12.3s`; from 100 seconds on `2m 05s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)}s`;
  const rounded = Math.round(seconds);
  return `${Math.floor(rounded / 60)}m ${String(rounded % 60).padStart(2, "0")}s`;
}

/** `3.08 MB`, in millions of bytes. */
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
