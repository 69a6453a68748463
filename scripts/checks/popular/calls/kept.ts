// Keeps how a call ended in the cache folder: the same call of the same files on the same machine ends alike, and under QEMU it takes long.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { hashValue } from "../../../lib/hash.ts";
import { writeWhole } from "../../../lib/whole-file.ts";
import type { Outcome } from "../../../tools/exec.ts";

const outcome = z.object({
  exitCode: z.number().optional(),
  endedBy: z.string().optional(),
  timedOut: z.boolean(),
  stdout: z.string(),
  stderr: z.string(),
  seconds: z.number(),
});

/** The kept outcome for a key, or that of `work`. A run that did not end in time is not kept: the machine may have been busy. */
export async function keep(cache: string, key: unknown, work: () => Promise<Outcome>): Promise<Outcome> {
  const path = join(cache, "popular", "runs", `${hashValue(key)}.json`);
  if (existsSync(path)) {
    const { exitCode, endedBy, ...kept } = outcome.parse(JSON.parse(await readFile(path, "utf8")));
    return { ...kept, exitCode, endedBy };
  }
  const found = await work();
  if (found.timedOut) return found;
  await writeWhole(path, JSON.stringify(found));
  return found;
}
