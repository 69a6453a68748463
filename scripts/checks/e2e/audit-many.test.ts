// The output of `boardkit audit` for many files, which it audits in threads.
import { copyFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { boardkit, start } from "./cli.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

/** A folder with an addon `<name>.node` for each name. */
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

test("an error in a thread has its place, fix and exit code, and the results before it are printed", async () => {
  const folder = folderOf("a");
  const broken = join(folder, "z.tgz");
  writeFileSync(broken, "no archive");
  const { code, stdout, stderr } = await boardkit(["audit", join(folder, "a.node"), broken, "--board", "pi-4"]);
  expect(stdout).toMatch(/✓ .*a.node on pi-4/);
  expect(stderr).toMatch(/BAD_ARCHIVE: z.tgz cannot be unpacked[^]*at: {3}z.tgz[^]*fix: pass a complete file/);
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
