import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProject } from "./project.ts";

function project(packageJson: unknown, withCargo = true): string {
  const folder = mkdtempSync(join(tmpdir(), "boardkit-"));
  writeFileSync(join(folder, "package.json"), typeof packageJson === "string" ? packageJson : JSON.stringify(packageJson));
  if (withCargo) writeFileSync(join(folder, "Cargo.toml"), "");
  return folder;
}

test("a napi-rs project needs nothing of Boardkit's", () => {
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

test("napi-rs v2's name field counts as the binary's name", () => {
  expect(readProject(project({ napi: { name: "older" } })).binaryName).toBe("older");
});

test.each([
  ["no napi field", { name: "x" }, true, /is not a napi-rs project/],
  ["no Cargo.toml", { napi: { binaryName: "x" } }, false, /is not a napi-rs project/],
  ["broken JSON", "{", true, /not valid JSON/],
  ["an unknown key of boardkit", { napi: { binaryName: "x" }, boardkit: { smok: "x" } }, true, /boardkit.*smok/],
])("%s is wrong usage", (_name, packageJson, withCargo, message) => {
  expect(() => readProject(project(packageJson, withCargo))).toThrow(
    expect.objectContaining({ exit: "usage", message: expect.stringMatching(message) }),
  );
});

test("a folder without package.json is wrong usage", () => {
  expect(() => readProject(mkdtempSync(join(tmpdir(), "boardkit-")))).toThrow(/there is no package.json/);
});

test("a size budget is a whole number of bytes", () => {
  const withBudget = (bytes: unknown) => readProject(project({ napi: { binaryName: "x" }, boardkit: { sizeBudgets: { t: bytes } } }));
  expect(withBudget(3_900_000).settings.sizeBudgets).toEqual({ t: 3_900_000 });
  for (const bad of ["3.9 MB", 0, 1.5]) expect(() => withBudget(bad)).toThrow(/boardkit.sizeBudgets.t/);
});

test("a rule to allow that is none is an error that names the rules", () => {
  const settings = { napi: { binaryName: "x" }, boardkit: { allow: ["cpu/all"] } };
  expect(() => readProject(project(settings))).toThrow(/boardkit.allow.0: .*cpu\/missing-feature/);
});
