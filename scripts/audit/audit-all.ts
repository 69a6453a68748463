// Audits many files in threads, within a memory limit.
import { inOrder } from "../lib/in-order.ts";
import { startThreads } from "../lib/threads.ts";
import type { Audit } from "./report.ts";
import type { InputFile } from "./audit-inputs.ts";
import { auditPath } from "./audit-path.ts";
import type { Place } from "./place.ts";

/**
 * The most bytes of files that are audited at a time. Each file counts with the memory of its thread, converted to bytes of file: an audit
 * takes up to five times the size of its file, a thread 50 MB, and the total is meant to stay near 300 MB.
 */
export const auditLimits = {
  most: 66_000_000,
  ofThread: 12_000_000,
  /** By default V8 collects the garbage of a thread only after 48 MB. */
  limits: { maxYoungGenerationSizeMb: 12 },
};

export type AuditAllOptions = {
  /** How many files at a time. */
  jobs: number;
  signal: AbortSignal;
  /** Gets the number of files that are audited, once for each file. */
  onFile?: (done: number) => void;
};

/** Yields the audits in the order of the files, each as soon as it and all before it are done. */
export async function* auditAll(files: InputFile[], places: Place[], { jobs, signal, onFile }: AuditAllOptions): AsyncGenerator<Audit> {
  let done = 0;
  // To start a thread takes longer than to audit a small file.
  if (files.length === 1 || jobs === 1) {
    for (const { path } of files) {
      for await (const audit of auditPath(path, places)) {
        signal.throwIfAborted();
        yield audit;
      }
      onFile?.((done += 1));
    }
    return;
  }
  const threads = startThreads<string, Audit[]>(new URL("audit-worker.ts", import.meta.url), {
    data: places,
    limits: auditLimits.limits,
    signal,
  });
  const options = { size: jobs, most: auditLimits.most, weight: ({ bytes }: InputFile) => bytes + auditLimits.ofThread };
  try {
    for await (const audits of inOrder(files, options, ({ path }) => threads.ask(path))) {
      onFile?.((done += 1));
      yield* audits;
    }
  } finally {
    await threads.end();
  }
}
