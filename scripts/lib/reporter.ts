// Progress on stderr: one line per step, and what is known of a step while it runs; only the result goes to stdout. progress/ draws it.

export type Reporter = {
  /** A step succeeded: `✓ build armv7-... 12.3s zig 0.17.1`. */
  done(step: string, subject: string, seconds: number, note?: string): void;
  /** A step was not needed or not possible. */
  skipped(step: string, subject: string, reason: string): void;
  failed(step: string, subject: string, seconds: number, note?: string): void;
  /** Announces slow work or a download. */
  note(text: string): void;
  /** A step begins. It is shown until it ends; its result is one of the lines above. */
  begin(step: string, subject: string, recorded?: Recorded): Running;
  /** A number of items begins, for the total below the steps. */
  tally(of: number, unit: string): Tally;
  /** How long everything will take, for the total. */
  expect(seconds: number): void;
};

/** A step whose time is kept, for the estimate of later runs. */
export type Recorded = {
  /** Everything that the time depends on, except the machine. */
  key: string;
  /** The time also depends on how much is not done yet at the first count. */
  byCount?: boolean;
};

/** How far a step is. */
export type Progress = {
  /** What it does now, for example `boot`, or the crates that are compiled. */
  phase?: string;
  count?: Count;
  /** What it waits for; the time is not counted as work. */
  waitingFor?: string;
};

/** Units, files or bytes that are done; `of` is missing if nobody knows how many there are. */
export type Count = { done: number; of?: number; unit: string };

export type Running = {
  /** Replaces what is known. */
  update(progress: Progress): void;
  /** Seconds that the step has waited. */
  waited(): number;
  /** The step has ended, also with an error; the time of a success is recorded, with the bytes of a download. */
  end(succeeded: boolean, bytes?: number): void;
};

export type Tally = {
  /** One more item has ended. */
  add(): void;
  end(): void;
};

/** Shows a step while `work` runs. */
export async function whileRunning<T>(
  reporter: Pick<Reporter, "begin">,
  [step, subject, recorded]: Parameters<Reporter["begin"]>,
  work: (running: Pick<Running, "update">) => Promise<T>,
): Promise<T> {
  const running = reporter.begin(step, subject, recorded);
  let succeeded = false;
  try {
    const result = await work(running);
    succeeded = true;
    return result;
  } finally {
    running.end(succeeded);
  }
}

/** Shows a step while `work` runs, and reports it with its time when it has succeeded. */
export async function reportDone<T>(
  reporter: Reporter,
  step: string,
  subject: string,
  work: (running: Pick<Running, "update">) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await whileRunning(reporter, [step, subject], work);
  reporter.done(step, subject, (performance.now() - started) / 1000);
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

/** `78.5 GB`, `4.89 MB`, `123 KB`, `4.1 KB`, `45 B`. */
export function formatSize(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return formatBytes(bytes);
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
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
