// A key that changes with the code of the audit, so that results of other code are not used.
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashValue } from "../../lib/hash.ts";

/** The key: names, sizes and times of the files that this one is among. */
export async function auditRevision(): Promise<string> {
  const own = dirname(fileURLToPath(import.meta.url));
  // In a checkout the audit is the folder above; in the package all code is in one folder.
  const folder = import.meta.url.endsWith(".ts") ? dirname(own) : own;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string) => {
    const { size, mtimeMs } = await stat(path);
    return [path, size, mtimeMs];
  };
  return hashValue(await Promise.all(files.toSorted().map(read)));
}
