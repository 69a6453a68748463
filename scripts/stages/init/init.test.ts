import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { applyPatch } from "diff";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { applyChanges, describeChanges, planInit, type InitOptions } from "./init.ts";
import { MARK, WORKFLOW } from "./workflow.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const manifest = { name: "thing", version: "1.0.0", napi: { binaryName: "thing" } };

/** A repo with files; objects are written as JSON. */
function repoOf(files: Record<string, object | string>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries({ ".git/HEAD": "", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
  return folder;
}

const simple = (packageJson: object = manifest) => repoOf({ "package.json": packageJson, "Cargo.toml": "", "package-lock.json": "{}" });
const plan = (folder: string, options: Partial<InitOptions> = {}) => planInit(folder, { targets: [], ...options }, registry);

async function init(folder: string, options: Partial<InitOptions> = {}) {
  await applyChanges(plan(folder, options).changes);
  return {
    packageJson: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, any>,
    workflow: parse(readFileSync(join(folder, WORKFLOW), "utf8")) as Record<string, any>,
  };
}

test("a project gets the workflow, the script, the dependency and the boards of its targets", async () => {
  const folder = simple({ ...manifest, napi: { binaryName: "thing", targets: ["aarch64-apple-darwin", "aarch64-unknown-linux-musl"] } });
  expect(plan(folder).notes).toEqual(["install boardkit with your package manager, and commit the lockfile"]);
  const { packageJson, workflow } = await init(folder);
  expect(packageJson).toMatchObject({
    ...manifest,
    napi: { targets: ["aarch64-apple-darwin", "aarch64-unknown-linux-musl"] },
    scripts: { boardkit: "boardkit" },
    devDependencies: { boardkit: expect.stringMatching(/^\^\d/) },
    boardkit: { boards: ["armsr-armv8", "filogic-256", "filogic-512"] },
  });
  expect(workflow.permissions).toEqual({});
  expect(workflow.jobs.addon.uses).toMatch(/^boardkit\/boardkit\/\.github\/workflows\/addon\.yml@v\d/);
  expect(workflow.jobs.addon.with).toEqual({ install: "npm ci" });
  expect(workflow.jobs.publish).toMatchObject({ needs: "addon", if: "github.ref_type == 'tag'" });
});

test("a second run changes nothing, with or without the same targets", async () => {
  const folder = simple();
  await init(folder, { targets: ["armv7-*"] });
  expect(plan(folder, { targets: ["armv7-*"] })).toMatchObject({ changes: [], notes: [] });
  expect(plan(folder).changes).toEqual([]);
});

test("the plan writes nothing, and its diff shows the later changes", async () => {
  const folder = simple();
  const before = readFileSync(join(folder, "package.json"), "utf8");
  const { changes, ...rest } = plan(folder);
  expect(readFileSync(join(folder, "package.json"), "utf8")).toBe(before);
  const [first] = changes;
  const text = describeChanges({ ...rest, changes: changes.slice(0, 1) });
  expect(text).toMatch(/^--- a\/package.json\n\+\+\+ b\/package.json\n@@/);
  expect(applyPatch(before, text)).toBe(first?.after);
  expect(describeChanges({ ...rest, changes: changes.slice(1) })).toMatch(
    /^--- \/dev\/null\n\+\+\+ b\/\.github\/workflows\/boardkit.yml\n@@ -0,0/,
  );
});

test("package.json keeps its format and its values", async () => {
  const text =
    '{\r\n\t"name": "thing", "version": "1.0.0",\r\n\t"files": ["a", "b"],\r\n\t"napi": {"binaryName": "thing"},\r\n\t"scripts": {\r\n\t\t"build": "x",\r\n\t\t"zip": "y"\r\n\t},\r\n\t"boardkit": {\r\n\t\t"boards": ["pi-3"]\r\n\t}\r\n}\r\n';
  const folder = repoOf({ "package.json": text, "Cargo.toml": "" });
  await init(folder);
  const after = readFileSync(join(folder, "package.json"), "utf8");
  expect(after).toContain('\t"files": ["a", "b"],\r\n');
  expect(after).toContain('\t"scripts": {\r\n\t\t"boardkit": "boardkit",\r\n\t\t"build": "x",');
  expect(after).toContain('"boards": ["pi-3"]');
  expect(after).toMatch(/\},\r\n\t"devDependencies": \{\r\n\t\t"boardkit": "[^"]+"\r\n\t\}\r\n\}\r\n$/);
  expect(after.replaceAll("\r\n", "")).not.toContain("\n");
});

test("napi.targets gets the requested targets that it does not have", async () => {
  const folder = simple({ ...manifest, napi: { binaryName: "thing", targets: ["x86_64-unknown-linux-gnu"] } });
  const { packageJson } = await init(folder, { targets: ["*-musleabihf", "x86_64-unknown-linux-gnu"] });
  expect(packageJson.napi.targets).toEqual(["x86_64-unknown-linux-gnu", "arm-unknown-linux-musleabihf", "armv7-unknown-linux-musleabihf"]);
});

test("a project in a folder of a monorepo: the workflow is at the top, with the folder and the install command", async () => {
  const folder = repoOf({ "packages/thing/package.json": manifest, "packages/thing/Cargo.toml": "", "pnpm-lock.yaml": "" });
  await applyChanges(plan(join(folder, "packages/thing")).changes);
  const workflow = parse(readFileSync(join(folder, WORKFLOW), "utf8")) as Record<string, any>;
  expect(workflow.jobs.addon.with).toEqual({ "working-directory": "packages/thing", install: "corepack pnpm install --frozen-lockfile" });
});

test("a workspace root: the only napi-rs package becomes boardkit.addon, and its own package.json gets the targets", async () => {
  const root = { name: "root", private: true, workspaces: ["packages/*"] };
  const packages = { "packages/a/package.json": manifest, "packages/a/Cargo.toml": "", "packages/b/package.json": { name: "b" } };
  const folder = repoOf({ "package.json": root, ...packages, "yarn.lock": "__metadata:\n" });
  const { packageJson, workflow } = await init(folder, { targets: ["armv7-*-musleabihf"] });
  expect(packageJson.boardkit.addon).toBe("packages/a");
  expect(packageJson.napi).toBeUndefined();
  expect(workflow.jobs.addon.with.install).toBe("corepack yarn install --immutable");
  const addon = JSON.parse(readFileSync(join(folder, "packages/a/package.json"), "utf8")) as typeof manifest;
  expect(addon.napi).toEqual({ binaryName: "thing", targets: ["armv7-unknown-linux-musleabihf"] });
  expect(plan(folder).changes).toEqual([]);
});

test("--ref pins the workflows to a commit, with the version beside it", () => {
  const ref = "0123456789abcdef0123456789abcdef01234567";
  const text = plan(simple(), { ref }).changes.at(-1)?.after;
  expect(text).toMatch(new RegExp(`addon\\.yml@${ref} # v\\d+\\.\\d+\\.\\d+\n`));
});

test.each([
  ["no napi-rs project", { name: "x" }, {}, /is not a napi-rs project/, "usage"],
  [
    "several napi-rs packages",
    { workspaces: ["*"] },
    { "a/package.json": manifest, "b/package.json": manifest },
    /2 napi-rs packages: a, b/,
    "usage",
  ],
  ["a workflow that init has not written", manifest, { [WORKFLOW]: "name: mine\n" }, /exists and was not written by init/, "usage"],
  [
    "targets that are not Boardkit's",
    { napi: { binaryName: "x", targets: ["x86_64-apple-darwin"] } },
    {},
    /none of them is a target of Boardkit/,
    "nothingMatched",
  ],
])("%s is an error, with its fix", (_name, packageJson, files, message, exit) => {
  const folder = repoOf({ "package.json": packageJson, "Cargo.toml": "", ...files });
  const error = expect.objectContaining({
    exit,
    message: expect.stringMatching(message),
    details: expect.objectContaining({ fix: expect.stringMatching(/\w/) }),
  });
  expect(() => plan(folder)).toThrow(error);
});

test("an existing dependency on boardkit is kept", async () => {
  const folder = simple({ ...manifest, devDependencies: { boardkit: "file:../boardkit" } });
  expect(plan(folder).notes).toEqual([]);
  expect((await init(folder)).packageJson.devDependencies).toEqual({ boardkit: "file:../boardkit" });
});

test("a workflow that init has written is overwritten, and a script with the same name is kept", async () => {
  const folder = repoOf({
    "package.json": { ...manifest, scripts: { boardkit: "mine" } },
    "Cargo.toml": "",
    [WORKFLOW]: `${MARK}\nname: old\n`,
  });
  const { notes } = plan(folder);
  expect(notes.at(-1)).toMatch(/the script boardkit of package.json is kept, "mine"/);
  const { packageJson, workflow } = await init(folder);
  expect(packageJson.scripts).toEqual({ boardkit: "mine" });
  expect(workflow.name).toBe("boardkit");
});
