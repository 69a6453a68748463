import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFiles } from "./files.ts";
import { loadGrid } from "./grid.ts";
import { runWatched } from "./watch.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "boardkit-rego-"));
  await mkdir(join(folder, "p", "users"), { recursive: true });
  for (const [name, text] of Object.entries({ "p/a.rego": "package a", "p/users/data.json": "{}", "p/notes.txt": "", "one.yml": "a: 1" }))
    await writeFile(join(folder, name), text);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("data is at the path of its folders, and a prefix puts it elsewhere", async () => {
  const { policies, data } = await readFiles(["p", "x.y:one.yml", "data.z:one.yml", "p"], [], folder);
  expect(policies.map(({ name }) => name)).toEqual(["p/a.rego"]);
  expect(data.map(({ name, at, isYaml }) => [name, at.join("/"), isYaml])).toEqual([
    ["p/users/data.json", "users", false],
    ["one.yml", "x/y", true],
    ["one.yml", "z", true],
  ]);
});

test("--ignore leaves out files and folders below a path", async () => {
  expect((await readFiles(["p"], ["users", "*.rego"], folder)).data).toEqual([]);
  expect((await readFiles(["p"], ["users", "*.rego"], folder)).policies).toEqual([]);
});

test("a path that does not exist and a file that is neither policy nor data are errors", async () => {
  await expect(readFiles(["q"], [], folder)).rejects.toMatchObject({ code: "NO_FILE", message: "q: no such file or directory" });
  await expect(readFiles(["p/notes.txt"], [], folder)).rejects.toMatchObject({ message: "p/notes.txt: can't recognize file type" });
});

test("the error for a Grid that does not load names the package and the fix", async () => {
  const grid = join(folder, "node_modules/@boardkit/grid");
  await mkdir(grid, { recursive: true });
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(grid, "package.json"), JSON.stringify({ name: "@boardkit/grid", type: "module", exports: "./index.js" }));
  await writeFile(join(grid, "index.js"), 'export function features() { throw new Error("no file for this machine"); }');
  await expect(loadGrid(folder)).rejects.toMatchObject({
    code: "GRID_FAILED",
    exit: "toolMissing",
    message: "@boardkit/grid cannot be loaded: no file for this machine",
  });
});

test("a watched run follows each change of a relevant file until the signal", async () => {
  const stop = new AbortController();
  let runs = 0;
  const again = Promise.withResolvers<void>();
  const work = async () => {
    runs += 1;
    if (runs === 2) again.resolve();
    return 0;
  };
  const done = runWatched({ paths: ["p"], cwd: folder, watch: true, signal: stop.signal }, work);
  const timer = setInterval(() => void writeFile(join(folder, "p/a.rego"), `package a # ${Date.now()}`), 200);
  await again.promise;
  clearInterval(timer);
  stop.abort();
  await done;
  expect(runs).toBeGreaterThanOrEqual(2);
});
