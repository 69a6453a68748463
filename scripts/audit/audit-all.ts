// Audits many files side by side, each in a thread, within a bound on memory.
import { inOrder } from "../lib/in-order.ts";
import { startThreads } from "../lib/threads.ts";
import type { Audit } from "./report.ts";
import type { InputFile } from "./audit-inputs.ts";
import { auditPath } from "./audit-path.ts";
import type { Place } from "./place.ts";

/**
 * What the files that are audited at a time sum to at most, each counted with what a thread costs, in bytes of file: an audit takes up to
 * five times its file of memory, a thread 50 MB beside it, and all is to fit into some 300 MB.
 */
const MOST_AT_A_TIME = 66_000_000;
const OF_A_THREAD = 12_000_000;
/** Else V8 lets a thread make 48 MB of garbage before it looks for any. */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

export type AuditAllOptions = {
  /** How many files at a time. */
  jobs: number;
  signal: AbortSignal;
};

/** Yields the audits in the order of the files, each as soon as it and all before it are there. */
export async function* auditAll(files: InputFile[], places: Place[], { jobs, signal }: AuditAllOptions): AsyncGenerator<Audit> {
  // A thread takes longer to start than a small file to audit.
  if (files.length === 1 || jobs === 1) {
    for (const { path } of files) {
      for await (const audit of auditPath(path, places)) {
        signal.throwIfAborted();
        yield audit;
      }
    }
    return;
  }
  // A bundle has .js files.
  const isSource = import.meta.url.endsWith(".ts");
  const worker = isSource ? new URL("audit-worker.ts", import.meta.url) : new URL("audit-worker.js", import.meta.url);
  const threads = startThreads<string, Audit[]>(worker, { data: places, limits: LIMITS, signal });
  const options = { size: jobs, most: MOST_AT_A_TIME, weight: ({ bytes }: InputFile) => bytes + OF_A_THREAD };
  try {
    for await (const audits of inOrder(files, options, ({ path }) => threads.ask(path))) yield* audits;
  } finally {
    await threads.end();
  }
}
