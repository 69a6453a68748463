// Files that are complete or do not exist.
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a text or bytes beside the file and moves it there; the folder is made. Others may write the same file at the same time. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.partial-${randomUUID()}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
