// The published addons that the audit is held to: published.json, checked.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { nameOf } from "./addon.ts";

const entry = z.strictObject({
  package: z.string(),
  version: z.string(),
  file: z.string().optional().describe("path of the addon in a package that holds several"),
  target: z.string().describe("the triple whose C library and Node it is run with"),
  cpu: z.string().optional().describe("a file of targets/cpus; without it the CPU of the target's smoke run"),
  call: z.string().optional().describe("JavaScript that calls the addon, which it finds as `m`; a probe host makes no call"),
  explain: z.string().optional().describe("why what happened differs from what the audit says"),
});

export type Entry = z.infer<typeof entry>;

const PATH = new URL("published.json", import.meta.url);

/** The entries whose name or target contains any of the words; all without words. */
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
