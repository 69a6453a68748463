import { expect, test } from "vitest";
import { findAddonCrate, libraryOf } from "./addon-crate.ts";
import type { CargoMetadata, CargoPackage } from "./rust.ts";

function member(name: string, kind: string[], dependencies: string[], folder = name): CargoPackage {
  const targets = [{ name: `${name}-lib`, kind, test: true }];
  const manifest = `/p/${folder}/Cargo.toml`.replace("//", "/");
  const described = { license: null, repository: null, source: null, features: {} };
  return {
    id: name,
    name,
    version: "1.0.0",
    manifest_path: manifest,
    targets,
    dependencies: dependencies.map((one) => ({ name: one })),
    ...described,
  };
}

function workspace(...packages: CargoPackage[]): CargoMetadata {
  const members = packages.map(({ id }) => id);
  return { packages, workspace_members: members, workspace_root: "/p", target_directory: "/p/target", resolve: { nodes: [] } };
}

const project = { folder: "/p", manifest: "/p/Cargo.toml" };
const addon = member("node", ["cdylib", "rlib"], ["napi"], "crates/node");
const others = [member("core", ["lib"], []), member("c-api", ["cdylib"], ["libc"])];

test("cargo writes a library with underscores in its name", () => {
  expect(libraryOf(addon)).toBe("libnode_lib.so");
});

test("the package's own crate, else the only addon of the workspace", () => {
  const own = member("own", ["cdylib"], ["napi"], "");
  expect(findAddonCrate(workspace(own, addon, ...others), project)).toBe(own);
  expect(findAddonCrate(workspace(...others, addon), project)).toBe(addon);
});

test("with two addons in a workspace, the error names both and the setting", () => {
  const second = member("web", ["cdylib"], ["napi"], "crates/web");
  expect(() => findAddonCrate(workspace(addon, second, ...others), project)).toThrow(
    expect.objectContaining({
      code: "CRATE_AMBIGUOUS",
      exit: "usage",
      message: "the workspace has 2 addons: crates/node, crates/web",
      details: expect.objectContaining({ fix: expect.stringContaining('"crate"') }),
    }),
  );
});

test.each([
  ["a crate that is not a cdylib", [member("own", ["lib"], ["napi"], "")]],
  ["a workspace without an addon", others],
])("%s is an error", (_name, packages) => {
  expect(() => findAddonCrate(workspace(...packages), project)).toThrow(
    expect.objectContaining({
      code: "NO_CDYLIB",
      exit: "usage",
      details: expect.objectContaining({ fix: expect.stringContaining("crate-type") }),
    }),
  );
});
