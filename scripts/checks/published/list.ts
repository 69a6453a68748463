// Reads published.json, the published addons whose verdicts are compared with runs, and checks it.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { nameOf } from "./addon.ts";

const entry = z.strictObject({
  package: z.string(),
  version: z.string(),
  file: z.string().optional().describe("path of the addon in a package that has several"),
  target: z.string().describe("the triple whose C library and Node run it"),
  cpu: z.string().optional().describe("a file of targets/cpus; the default is the CPU of the target's smoke run"),
  call: z.string().optional().describe("JavaScript that calls the addon `m`"),
  explain: z.string().optional().describe("why the run differs from the audit's verdict"),
});

export type Entry = z.infer<typeof entry>;

const PATH = new URL("published.json", import.meta.url);

/** The entries whose name, target or CPU contains any of the words; all if there are no words. */
export async function readPublished(words: string[]): Promise<Entry[]> {
  const { packages } = z.strictObject({ packages: z.array(entry) }).parse(JSON.parse(await readFile(PATH, "utf8")));
  const text = (one: Entry) => [nameOf(one), one.target, one.cpu ?? ""].join(" ");
  const chosen = packages.filter((one) => words.length === 0 || words.some((word) => text(one).includes(word)));
  if (chosen.length > 0) return chosen;
  throw new BoardkitError(`no published addon's name, target or CPU contains ${words.join(" or ")}`, {
    code: "PUBLISHED_NONE",
    exit: "nothingMatched",
    fix: "scripts/checks/published/published.json lists them",
  });
}
