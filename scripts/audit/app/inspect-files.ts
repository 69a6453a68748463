// Inspects the files of an app in threads, each content once: results are kept in the cache folder by the hash of the bytes.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, hashValue } from "../../lib/hash.ts";
import { inOrder } from "../../lib/in-order.ts";
import { startThreads } from "../../lib/threads.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { auditLimits } from "../audit-all.ts";
import type { Inspected } from "./inspected.ts";
import type { NativeFile } from "./tree/package.ts";

export type InspectOptions = {
  jobs: number;
  signal: AbortSignal;
  /** Folder of the kept results; absent to keep none. */
  cache?: string;
  /** Changes with the code of the audit: results of other code are not used. */
  revision: string;
  /** Gets how many of the files of a round are inspected; their libraries are another round. */
  onFile?: (done: number, of: number) => void;
};

/** Inspects files; the result has an entry for each path. */
export async function inspectFiles(
  files: NativeFile[],
  { jobs, signal, cache, revision, onFile }: InspectOptions,
): Promise<Map<string, Inspected>> {
  const results = new Map<string, Inspected>();
  const keys = new Map<string, string>();
  const missing: NativeFile[] = [];
  for (const file of new Map(files.map((one) => [one.path, one])).values()) {
    signal.throwIfAborted();
    const key = cache === undefined ? undefined : join(cache, `${hashValue([await contentHash(file.path, cache), revision])}.json`);
    const kept = key === undefined ? undefined : await readKept(key);
    if (key !== undefined) keys.set(file.path, key);
    if (kept) results.set(file.path, kept);
    else missing.push(file);
  }
  if (missing.length === 0) return results;
  const { most, ofThread, limits } = auditLimits;
  const threads = startThreads<string, Inspected>(new URL("inspect-worker.ts", import.meta.url), { data: undefined, limits, signal });
  const largestFirst = missing.toSorted((a, b) => b.bytes - a.bytes);
  try {
    let index = 0;
    const options = { size: jobs, most, weight: ({ bytes }: NativeFile) => bytes + ofThread };
    for await (const inspected of inOrder(largestFirst, options, ({ path }) => threads.ask(path))) {
      const { path } = largestFirst[index++]!;
      onFile?.(index, largestFirst.length);
      results.set(path, inspected);
      const key = keys.get(path);
      if (key !== undefined) await writeWhole(key, JSON.stringify(inspected));
    }
  } finally {
    await threads.end();
  }
  return results;
}

/** The hash of a file's bytes, which is kept by path, size and times, as git's index does: a hash of 200 MB takes a second. */
async function contentHash(path: string, cache: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const record = join(cache, `stat-${hashValue([path, size, mtimeMs, ctimeMs, ino])}`);
  // A file that changed within the last seconds may change again with the same times.
  const isSettled = Date.now() - Math.max(mtimeMs, ctimeMs) > 3000;
  const kept = isSettled ? await readText(record) : undefined;
  if (kept !== undefined) return kept;
  const hash = await hashFile(path);
  if (isSettled) await writeWhole(record, hash);
  return hash;
}

async function readKept(path: string): Promise<Inspected | undefined> {
  const text = await readText(path);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Inspected);
  } catch {
    // A record that was cut off is written again.
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
