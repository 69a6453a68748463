import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { formatRun, type RunFile } from "./run-file.ts";

const hostile = `it's "$HOME" \`id\` \\ ; exit 3\nsecond line *`;

/** Runs a function of the file as the launcher does. */
function call(run: Partial<RunFile>, name: string, folder = temporaryFolder()): string {
  writeFileSync(join(folder, ".run"), formatRun({ flags: [], command: ["true"], env: {}, addons: [], ...run }));
  return execFileSync("sh", ["-c", `. ./.run && ${name}`], { cwd: folder, encoding: "utf8" });
}

test("every word and variable reaches the program as it is", () => {
  const script = "console.log(JSON.stringify([process.argv.slice(1), process.env.HOSTILE, process.execArgv]))";
  const run = {
    node: process.execPath,
    flags: ["--max-old-space-size=48"],
    command: ["-e", script, "--", hostile, ""],
    env: { HOSTILE: hostile },
  };
  expect(JSON.parse(call(run, "program"))).toEqual([[hostile, ""], hostile, ["--max-old-space-size=48", "-e", script]]);
});

test("a program without Node", () => {
  expect(call({ command: ["printf", "<%s>", hostile] }, "program")).toBe(`<${hostile}>`);
});

test("the trial load loads each addon, and fails with the first that does not load", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a b"));
  writeFileSync(join(folder, "a b/it's.cjs"), "console.log('loaded')");
  writeFileSync(join(folder, "bad.node"), "no addon");
  const run = { node: process.execPath, addons: ["a b/it's.cjs"] };
  expect(call(run, "check", folder)).toBe("loaded\n");
  expect(() => call({ ...run, addons: ["bad.node"] }, "check 2>&1", folder)).toThrow(/Command failed/);
  expect(call({ node: process.execPath }, "check")).toBe("");
});

test("the loader of the own addon gets its path", () => {
  const folder = temporaryFolder();
  expect(call({ addon: { variable: "THING_NATIVE_PATH", path: "lib/a b.node" } }, 'printf %s "$THING_NATIVE_PATH"', folder)).toBe(
    join(folder, "lib/a b.node"),
  );
});
