// JSON files that Boardkit writes for itself.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { BoardkitError } from "./errors.ts";

/** The value of a file, or undefined if there is no such file. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BoardkitError(`not valid JSON: ${(error as Error).message}`, {
      code: "BAD_RECORD",
      exit: "usage",
      place: path,
      fix: "remove that file; the next run writes it again",
    });
  }
}

/** Writes a value atomically. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.partial`, path);
}
