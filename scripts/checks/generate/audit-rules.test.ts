import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { generateRuleFiles, readRules } from "./audit-rules.ts";

/** A folder of rules with one file in the family `file`, and files that are not rules. */
function rulesFolder(text: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "file"));
  writeFileSync(join(folder, "file", "not-there.ts"), text);
  for (const other of ["rule.ts", "file/not-there.test.ts"]) writeFileSync(join(folder, other), "throw new Error('not a rule')");
  return folder;
}

test("a rule's file is all that the lists and the page need", async () => {
  const texts = { title: "a title", why: "A reason.", fix: "a fix", link: "https://example.org" };
  const rules = await readRules(rulesFolder(`export const rule = ${JSON.stringify({ id: "file/not-there", severity: "note", ...texts })}`));
  const files = generateRuleFiles(rules);
  expect(files["scripts/audit/rules/ids.ts"]).toContain('export const ruleIds = [\n  "file/not-there",\n] as const;');
  expect(files["scripts/audit/rules/index.ts"]).toContain('import { rule as fileNotThere } from "./file/not-there.ts";');
  expect(files["scripts/audit/rules/index.ts"]).toContain('  "file/not-there": fileNotThere,');
  expect(files["docs/audit-rules.md"]).toContain(
    "## file/not-there\n\n**note**: a title\n\nA reason.\n\nFix: a fix.\n\nSee <https://example.org>.",
  );
});

test.each([
  ["another id", 'export const rule = { id: "file/other" }', "the rule in file/not-there.ts has the id file/other"],
  ["no rule", "export const other = 1", "file/not-there.ts does not export a rule"],
])("a file with %s is an error", async (_name, text, message) => {
  await expect(readRules(rulesFolder(text))).rejects.toThrow(expect.objectContaining({ code: "BAD_DATA", message }));
});
