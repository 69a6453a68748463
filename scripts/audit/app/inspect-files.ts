// Inspects the files of an app in threads, the largest first and small ones beside it, within a memory limit.
import { startThreads, type Threads } from "../../lib/threads.ts";
import { auditLimits } from "../audit-all.ts";
import type { Inspected } from "./inspected.ts";
import { readKept, type Cache } from "./kept.ts";
import type { NativeFile } from "./tree/package.ts";

export type InspectOptions = {
  jobs: number;
  signal: AbortSignal;
  /** Absent to keep no results. */
  cache?: Cache;
  /** Gets how many of the files that are known by now are inspected; each may name further libraries. */
  onFile?: (done: number, of: number) => void;
};

/** The most memory of the threads in bytes, and that of a thread with a file: its bytes, its words' marks, and what reads them. */
const MOST = 300_000_000;
const memoryOf = ({ bytes }: NativeFile) => 40_000_000 + bytes * 2.4;

type Results = Map<string, Inspected>;

/** Inspects files, and those that `needed` returns of each when it is inspected; the result has an entry for each path. */
export async function inspectFiles(
  files: NativeFile[],
  needed: (path: string, results: Results) => NativeFile[],
  { jobs, signal, cache, onFile }: InspectOptions,
): Promise<Results> {
  const results: Results = new Map();
  const known = new Set<string>();
  const waiting: NativeFile[] = [];
  const finish = async (path: string, inspected: Inspected) => {
    results.set(path, inspected);
    await admit(needed(path, results));
    onFile?.(results.size, known.size);
  };
  const admit = async (more: NativeFile[]) => {
    for (const file of more) {
      signal.throwIfAborted();
      if (known.has(file.path)) continue;
      known.add(file.path);
      const kept = cache && (await readKept(file.path, cache));
      if (kept) await finish(file.path, kept);
      else waiting.push(file);
    }
    waiting.sort((a, b) => b.bytes - a.bytes);
  };
  await admit(files);
  if (waiting.length === 0) return results;
  const worker = new URL("inspect-worker.ts", import.meta.url);
  const threads = startThreads<string, Inspected>(worker, { data: cache, limits: auditLimits.limits, signal });
  try {
    await inspectWaiting(waiting, jobs, threads, finish);
  } finally {
    await threads.end();
  }
  return results;
}

/** Inspects what waits until nothing does; `finish` may add files. */
async function inspectWaiting(
  waiting: NativeFile[],
  jobs: number,
  threads: Threads<string, Inspected>,
  finish: (path: string, inspected: Inspected) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let memory = 0;
  const run = async (file: NativeFile) => {
    await finish(file.path, await threads.ask(file.path));
    memory -= memoryOf(file);
  };
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((file) => running.size === 0 || memory + memoryOf(file) <= MOST);
    if (next < 0 || running.size >= jobs) {
      await Promise.race(running);
      continue;
    }
    const [file] = waiting.splice(next, 1) as [NativeFile];
    memory += memoryOf(file);
    const work = run(file).finally(() => running.delete(work));
    // The race throws an error; until then it must not count as an unhandled rejection.
    work.catch(() => undefined);
    running.add(work);
  }
}
