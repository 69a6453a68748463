// The cache of inspected files: results by the hash of the bytes, and hashes by path, size and times, as in git's index.
import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashBytes, hashValue } from "../../lib/hash.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { inspectBytes, type Inspected } from "./inspected.ts";

export type Cache = {
  folder: string;
  /** Changes with the code of the audit: results of other code are not used. */
  revision: string;
};

/** A file that changed within the last seconds may change again with the same times. */
const SETTLED_MS = 3000;

/** What is kept of a file that did not change since; undefined for nothing. */
export async function readKept(path: string, cache: Cache): Promise<Inspected | undefined> {
  const record = await recordOf(path, cache);
  const hash = record === undefined ? undefined : await readText(record);
  return hash === undefined ? undefined : readResult(hash, cache);
}

/** Inspects a file, unless the same bytes were; keeps the result. */
export async function inspectAndKeep(path: string, cache: Cache | undefined): Promise<Inspected> {
  // Before the bytes: a file that changes meanwhile must not get the hash of its old ones.
  const record = cache && (await recordOf(path, cache));
  // In one read: that of promises takes pieces of half a megabyte.
  const bytes = readFileSync(path);
  if (!cache) return inspectBytes(path, bytes);
  const hash = hashBytes(bytes);
  const kept = await readResult(hash, cache);
  const inspected = kept ?? (await inspectBytes(path, bytes));
  if (!kept) await writeWhole(resultPath(hash, cache), JSON.stringify(inspected));
  if (record !== undefined) await writeWhole(record, hash);
  return inspected;
}

async function recordOf(path: string, { folder }: Cache): Promise<string | undefined> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const isSettled = Date.now() - Math.max(mtimeMs, ctimeMs) > SETTLED_MS;
  return isSettled ? join(folder, `stat-${hashValue([path, size, mtimeMs, ctimeMs, ino])}`) : undefined;
}

function resultPath(hash: string, { folder, revision }: Cache): string {
  return join(folder, `${hashValue([hash, revision])}.json`);
}

async function readResult(hash: string, cache: Cache): Promise<Inspected | undefined> {
  const text = await readText(resultPath(hash, cache));
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
