// The copy of a project has what package managers install from, and nothing that runs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { copyProject, readProject } from "./project.ts";

function write(folder: string, files: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }
}

test("package.json without scripts, workspaces, local dependencies, patches and registries are copied", async () => {
  const outer = temporaryFolder();
  write(outer, {
    "beside/package.json": { name: "beside", scripts: { install: "evil" } },
    "beside/secret.txt": "secret",
    "app/package.json": {
      name: "app",
      workspaces: ["packages/*"],
      scripts: { preinstall: "evil" },
      packageManager: "yarn@9",
      engines: { node: "1" },
      dependencies: { beside: "file:../beside", tar: "file:./x.tgz", gone: "file:gone" },
    },
    "app/packages/a/package.json": { name: "a", dependencies: { left: "1" } },
    "app/packages/a/node_modules/b/package.json": { name: "b" },
    "app/x.tgz": "tarball",
    "app/patches/a.patch": "patch",
    "app/package-lock.json": { lockfileVersion: 3 },
    "app/.npmrc": "registry=https://npm.example.com/\nignore-scripts=false\n",
    "app/.yarnrc": 'yarn-path "./evil.js"',
    "app/index.js": "evil",
  });
  const project = await readProject(join(outer, "app/package-lock.json"));
  const below = temporaryFolder();
  const copy = await copyProject(project, below);
  const files = readdirSync(below, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ parentPath, name }) => join(parentPath, name).slice(copy.length - 3)).toSorted()).toEqual([
    "app/.npmrc",
    "app/package-lock.json",
    "app/package.json",
    "app/packages/a/package.json",
    "app/patches/a.patch",
    "app/x.tgz",
    "beside/package.json",
  ]);
  const json = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as object;
  expect(Object.keys(json)).toEqual(["name", "workspaces", "dependencies"]);
  expect(readFileSync(join(copy, "../beside/package.json"), "utf8")).toBe('{"name":"beside"}');
  expect(readFileSync(join(copy, ".npmrc"), "utf8")).toBe("registry=https://npm.example.com/\n");
  expect(existsSync(join(copy, "index.js"))).toBe(false);
});

test("a package.json leads to the lockfile beside it, and without one to npm", async () => {
  const folder = temporaryFolder();
  write(folder, { "package.json": {} });
  expect(await readProject(join(folder, "package.json"))).toMatchObject({ manager: "npm", lock: "" });
  write(folder, { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" });
  expect(await readProject(join(folder, "package.json"))).toMatchObject({ manager: "pnpm", lockfile: "pnpm-lock.yaml" });
});

test.each([
  ["no package.json", { "yarn.lock": "" }, "NO_MANIFEST"],
  ["no JSON", { "yarn.lock": "", "package.json": "{" }, "BAD_MANIFEST"],
])("%s beside a lockfile is an error", async (_name, files, code) => {
  const folder = temporaryFolder();
  write(folder, files);
  await expect(readProject(join(folder, "yarn.lock"))).rejects.toMatchObject({ code, exit: "usage" });
});
