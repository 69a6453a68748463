import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { readArgument } from "./argument.ts";

test.each([
  ["sharp", "name"],
  ["snappy@7", "name"],
  ["@swc/core", "name"],
  ["@swc/core@^1.2.3", "name"],
  ["chart.js", "name"],
  ["a@npm:b@1", "name"],
  ["a@npm:@b/c@^1", "name"],
  ["a@>=1 <2", "name"],
  ["a@latest", "name"],
  ["a@npm:", "path"],
  ["a@user/repository", "path"],
  ["./sharp", "path"],
  ["../sharp", "path"],
  ["/nowhere/x.node", "path"],
  ["x.node", "path"],
  ["libx.so.1", "path"],
  ["x-1.0.0.tgz", "path"],
  ["package-lock.json", "path"],
  ["a b", "path"],
  ["--registry=x", "path"],
  ["git+https://example.com/x.git", "path"],
  ["a@file:../x", "path"],
  ["a@git://example.com/x", "path"],
])("%s, which does not exist, is a %s", (given, kind) => {
  expect(readArgument(given, temporaryFolder()).kind).toBe(kind);
});

test("what exists is a path, and the files of package managers are projects", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sharp"));
  for (const name of ["package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "other.json"])
    writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "sub/yarn.lock"), { recursive: true });
  const kinds = [
    "sharp",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "other.json",
    "sub/yarn.lock",
  ].map((name) => readArgument(name, folder).kind);
  expect(kinds).toEqual(["path", "project", "project", "project", "project", "project", "path", "path"]);
  expect(readArgument("sharp", folder)).toEqual({ kind: "path", path: join(folder, "sharp") });
});
