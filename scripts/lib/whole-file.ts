// Files that are complete or do not exist.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a text beside the file and moves it there; the folder is made. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.partial-${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
