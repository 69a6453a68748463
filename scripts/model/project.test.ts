import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { githubRepository, readProject } from "./project.ts";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";

function project(packageJson: unknown, withCargo = true): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), typeof packageJson === "string" ? packageJson : JSON.stringify(packageJson));
  if (withCargo) writeFileSync(join(folder, "Cargo.toml"), "");
  return folder;
}

test("a napi-rs project needs no settings of Boardkit", () => {
  const read = readProject(
    project({ name: "@me/thing", version: "1.2.3", napi: { binaryName: "thing", targets: ["aarch64-unknown-linux-gnu"] } }),
  );
  expect(read).toMatchObject({
    name: "@me/thing",
    version: "1.2.3",
    binaryName: "thing",
    napiTargets: ["aarch64-unknown-linux-gnu"],
    settings: { tests: [] },
  });
});

test("the folder of a project is its path without symbolic links", () => {
  const folder = project({ napi: { binaryName: "thing" } });
  const link = join(temporaryFolder(), "link");
  symlinkSync(folder, link);
  expect(readProject(link)).toMatchObject({ folder: realpathSync(folder), manifest: join(realpathSync(folder), "Cargo.toml") });
});

test("the fields of napi-rs v2 become those of v3", () => {
  const triples = { defaults: true, additional: ["aarch64-unknown-linux-musl"] };
  const read = readProject(project({ napi: { name: "older", package: { name: "@me/older" }, triples, npmClient: "yarn" } }));
  expect(read).toMatchObject({ binaryName: "older", packageName: "@me/older", napi: { binaryName: "older", npmClient: "yarn" } });
  expect(read.napi).not.toHaveProperty("triples");
  expect(read.napiTargets).toEqual([
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
  ]);
});

test.each([
  ["[dependencies]\nnapi = '3'"],
  ["[dependencies]\nnapi.workspace = true"],
  ["[dependencies.napi]\nversion = '2'"],
  ["[target.'cfg(unix)'.dependencies.napi]\nversion = '2'"],
])("without a napi field a crate that depends on napi has napi-rs' own defaults: %j", (manifest) => {
  const folder = project({ name: "thing" });
  writeFileSync(join(folder, "Cargo.toml"), manifest);
  expect(readProject(folder)).toMatchObject({ binaryName: "index", packageName: "thing", napi: {}, napiTargets: [] });
});

test("boardkit.crate names the crate if it is not in the package's own folder", () => {
  const folder = project({ napi: { binaryName: "x" }, boardkit: { crate: "crates/node" } });
  expect(() => readProject(folder)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ place: join(folder, "crates/node/Cargo.toml") }) }),
  );
  mkdirSync(join(folder, "crates/node"), { recursive: true });
  writeFileSync(join(folder, "crates/node/Cargo.toml"), "");
  expect(readProject(folder).manifest).toBe(join(folder, "crates/node/Cargo.toml"));
});

test.each([
  ["neither a napi field nor a crate of napi", { name: "x" }, true, /no napi field and its crate does not depend on napi/],
  ["no Cargo.toml", { napi: { binaryName: "x" } }, false, /is not a napi-rs project: there is no Cargo.toml/],
  ["broken JSON", "{", true, /not valid JSON/],
  ["an unknown key of boardkit", { napi: { binaryName: "x" }, boardkit: { smok: "x" } }, true, /boardkit.*smok/],
])("%s is wrong usage", (_name, packageJson, withCargo, message) => {
  expect(() => readProject(project(packageJson, withCargo))).toThrow(
    expect.objectContaining({ exit: "usage", message: expect.stringMatching(message) }),
  );
});

test("a folder without package.json is wrong usage", () => {
  expect(() => readProject(temporaryFolder())).toThrow(/there is no package.json/);
});

test("a size budget is an integer number of bytes", () => {
  const withBudget = (bytes: unknown) => readProject(project({ napi: { binaryName: "x" }, boardkit: { sizeBudgets: { t: bytes } } }));
  expect(withBudget(3_900_000).settings.sizeBudgets).toEqual({ t: 3_900_000 });
  for (const bad of ["3.9 MB", 0, 1.5]) expect(() => withBudget(bad)).toThrow(/boardkit.sizeBudgets.t/);
});

test("an unknown rule in boardkit.allow is an error that names the rules", () => {
  const settings = { napi: { binaryName: "x" }, boardkit: { allow: ["cpu/all"] } };
  expect(() => readProject(project(settings))).toThrow(/boardkit.allow.0: .*cpu\/missing-feature/);
});

test.each<[unknown, string | undefined]>([
  ["me/thing", "me/thing"],
  ["github:me/thing.js", "me/thing.js"],
  ["https://github.com/me/thing", "me/thing"],
  [{ type: "git", url: "git+https://github.com/me/thing.git" }, "me/thing"],
  [{ url: "git+ssh://git@github.com/me/thing.git" }, "me/thing"],
  [{ url: "git@github.com:me/thing.git" }, "me/thing"],
  [{ url: "git://github.com/me/thing" }, "me/thing"],
  ["gitlab:me/thing", undefined],
  ["https://github.com.evil.example/me/thing", undefined],
  ["https://evil.example/github.com/me/thing", undefined],
  [{ url: 1 }, undefined],
  [undefined, undefined],
])("the repository on GitHub of %j is %s", (repository, name) => {
  expect(githubRepository({ repository })).toBe(name);
});
