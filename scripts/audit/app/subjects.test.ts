import { expect, test } from "vitest";
import { nativeFile, packageOf } from "../../checks/fixtures/app-package.ts";
import type { AppPackage } from "./tree/package.ts";
import { findLoaded, findNativePackages } from "./subjects.ts";
import type { LoaderView } from "./loaders/view.ts";

const view: LoaderView = { cpu: "arm64", libc: "glibc", assumedLibc: "glibc", armv: "8", abi: "137" };
const addons = [nativeFile("x.node")];

/** An app that depends on the packages, which lie in its node_modules. */
function treeOf(packages: AppPackage[], app: Partial<AppPackage> = {}) {
  const root = packageOf({
    name: "app",
    folder: "/app",
    dependencies: Object.fromEntries(packages.map(({ name }) => [name, "*"])),
    ...app,
  });
  return { root: "/app", packages: new Map([root, ...packages].map((one) => [one.folder, one])), unreadable: [] };
}
const nativesOf = (...given: Parameters<typeof treeOf>) => findNativePackages(treeOf(...given));

test("a package without native parts is left out", () => {
  expect(nativesOf([packageOf({ name: "plain" }), packageOf({ name: "native", addons })]).map(({ pkg }) => pkg.name)).toEqual(["native"]);
});

test("platform packages belong to the one that chooses among them, also if they are no optional dependencies", () => {
  const systems = ["x-linux-arm64", "x-linux-x64", "x-darwin-arm64"];
  const platforms = systems.map((name) => packageOf({ name, addons: [nativeFile(`${name}.node`)] }));
  const list = Object.fromEntries(systems.map((name) => [name, "1"]));
  for (const parts of [{ optionalDependencies: list }, { dependencies: list }]) {
    const [native, ...others] = nativesOf([packageOf({ name: "x", ...parts }), ...platforms]);
    expect(others).toEqual([]);
    expect(findLoaded(native!, view)).toMatchObject({ addons: [platforms[0]!.addons[0]], way: "the platform package x-linux-arm64" });
  }
});

test("an app that lists a platform package of its dependency does not own it", () => {
  const platform = packageOf({ name: "x-linux-arm64", addons });
  const [native, ...others] = nativesOf([packageOf({ name: "x", optionalDependencies: { "x-linux-arm64": "1" } }), platform], {
    optionalDependencies: { "x-linux-arm64": "1" },
    dependencies: { x: "1" },
  });
  expect([native!.pkg.name, others]).toEqual(["x", []]);
});

test("npm installs a platform package by os, cpu and libc", () => {
  const list = { "x-linux-arm64": "1", "x-linux-arm64-other": "1" };
  const other = packageOf({ name: "x-linux-arm64-other", addons: [nativeFile("x-other.node")] });
  const one = packageOf({ name: "x-linux-arm64", addons });
  for (const wrong of [{ os: ["!linux"] }, { os: ["darwin"] }, { cpu: ["arm"] }, { libc: ["musl"] }]) {
    const [native] = nativesOf([packageOf({ name: "x", optionalDependencies: list }), one, { ...other, ...wrong }]);
    expect(findLoaded(native!, view).addons).toEqual(addons);
  }
});

test("a single package for another system, such as fsevents, is no platform package of its user", () => {
  expect(nativesOf([packageOf({ name: "watch", optionalDependencies: { "mac-events": "1" } })])).toEqual([]);
});

test("why nothing is loaded", () => {
  const missing = (pkg: AppPackage) => findLoaded(nativesOf([pkg])[0]!, view).missing;
  const list = { "x-linux-arm64-gnu": "1", "x-linux-arm64-musl": "1", "x-darwin-arm64": "1" };
  expect(missing(packageOf({ optionalDependencies: list }))).toEqual({ kind: "absent", name: "x-linux-arm64-gnu" });
  expect(missing(packageOf({ hasBindingGyp: true, installScript: "node-gyp-build" }))).toEqual({ kind: "source" });
  expect(missing(packageOf({ hasBindingGyp: true, installScript: "prebuild-install || node-gyp rebuild" }))).toEqual({ kind: "download" });
  expect(missing(packageOf({ addons: [nativeFile("x.darwin-arm64.node")] }))).toEqual({ kind: "none" });
  expect(missing(packageOf({ addons: [nativeFile("x.darwin-arm64.node")], installScript: "node install.js" }))).toEqual({
    kind: "download",
  });
});

test("a package is optional if every package that needs it works without it", () => {
  const native = packageOf({ name: "native", addons });
  const optional = packageOf({ name: "one", optionalDependencies: { native: "1" } });
  const peer = packageOf({ name: "two", optionalPeers: ["native"] });
  const needing = packageOf({ name: "three", dependencies: { native: "1" } });
  const app = { dependencies: { one: "1" } };
  expect(nativesOf([native, optional, peer], app)[0]).toMatchObject({ isOptional: true, dependents: [optional, peer] });
  expect(nativesOf([native, optional, needing], app)[0]!.isOptional).toBe(false);
  expect(nativesOf([native, optional])[0]!.isOptional).toBe(false);
});
