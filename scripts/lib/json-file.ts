// JSON files that Boardkit writes for itself.
import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { BoardkitError } from "./errors.ts";
import { writeWhole } from "./whole-file.ts";

/** The value of a file, or undefined if there is no such file. */
export async function readJsonFile(path: string, fix = "remove that file; the next run writes it again"): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BoardkitError(`not valid JSON: ${(error as Error).message}`, {
      code: "BAD_RECORD",
      exit: "usage",
      place: path,
      fix,
    });
  }
}

/** The value of a file that has the shape of `schema`, without fields that the schema lacks; undefined if there is no such file. */
export async function readRecord<T>(path: string, schema: z.ZodType<T>, fix: string): Promise<T | undefined> {
  const value = await readJsonFile(path, fix);
  if (value === undefined) return undefined;
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const [first] = error.issues;
  const text = `${first?.path.join(".") || "the file"}: ${first?.message}`;
  throw new BoardkitError(`not a record of this version of Boardkit: ${text}`, { code: "BAD_RECORD", exit: "usage", place: path, fix });
}

/** Writes a value atomically. */
export function writeJsonFile(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}
