// The settings of a package manager in a YAML file that an installation needs; others may run programs.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

/** The settings with these keys; none if there is no such file. */
export async function readSettings(path: string, keys: ReadonlySet<string>): Promise<Record<string, unknown>> {
  const own: unknown = existsSync(path) ? parse(await readFile(path, "utf8")) : {};
  const settings = z.record(z.string(), z.unknown()).catch({}).parse(own);
  return Object.fromEntries(Object.entries(settings).filter(([key]) => keys.has(key)));
}
