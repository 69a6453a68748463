// JSON files that Boardkit writes for itself.
import { readFile } from "node:fs/promises";
import { BoardkitError } from "./errors.ts";
import { writeWhole } from "./whole-file.ts";

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
export function writeJsonFile(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}
