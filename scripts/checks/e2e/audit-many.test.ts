// What a user sees of `boardkit audit` over many files, which it audits in threads.
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { boardkit, start } from "./cli.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

/** A folder with addons named a.node, b.node and so on. */
function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  const addon = compileShared(addonSource(""), "aarch64-linux-gnu.2.17");
  for (const name of names) copyFileSync(addon, join(folder, `${name}.node`));
  return folder;
}

test("paths start in the folder of --cwd, and results come in the order of the paths", async () => {
  const folder = folderOf("a", "b", "c");
  const { code, stdout } = await boardkit(["--cwd", folder, "audit", "c.node", ".", "--board", "pi-4"]);
  const files = Array.from(stdout.matchAll(/✓ (.*) on pi-4/g), ([, file]) => file);
  expect(files).toEqual(["c", "a", "b", "c"].map((name) => join(folder, `${name}.node`)));
  expect(code).toBe(0);
});

test("an error in a thread has its place, fix and exit code, and what came before it is printed", async () => {
  const folder = folderOf("a");
  const broken = join(folder, "z.tgz");
  writeFileSync(broken, "no archive");
  const { code, stdout, stderr } = await boardkit(["audit", join(folder, "a.node"), broken, "--board", "pi-4"]);
  expect(stdout).toMatch(/✓ .*a.node on pi-4/);
  expect(stderr).toMatch(/BAD_ARCHIVE: z.tgz cannot be unpacked[^]*at: {3}z.tgz[^]*fix: give a whole file/);
  expect(code).toBe(2);
});

test("an interrupt ends the threads at once", async () => {
  const large = Array.from({ length: 4 }, () => process.execPath);
  const { child, ended } = start(["audit", ...large]);
  await sleep(2000);
  const interrupted = performance.now();
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(performance.now() - interrupted).toBeLessThan(1000);
  expect(stderr).toMatch(/interrupted/);
  expect(code).toBe(130);
});

test("installed as a package, where Node does not run TypeScript, the CLI and its threads run all the same", async () => {
  const modules = join(temporaryFolder(), "node_modules");
  const root = join(modules, "boardkit");
  mkdirSync(root, { recursive: true });
  for (const part of ["package.json", "scripts", "targets"]) cpSync(join(packageRoot, part), join(root, part), { recursive: true });
  for (const name of readdirSync(join(packageRoot, "node_modules"))) {
    if (!name.startsWith(".") && name !== "boardkit") symlinkSync(join(packageRoot, "node_modules", name), join(modules, name));
  }
  const args = [join(root, "scripts/boardkit.mjs"), "audit", folderOf("a", "b"), "--board", "pi-4"];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stdout.match(/✓ .* on pi-4/g)).toHaveLength(2);
  expect(stderr).toBe("");
});
