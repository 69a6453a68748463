import { expect, test } from "vitest";
import { nativeFile, packageOf } from "../../../checks/fixtures/app-package.ts";
import { chooseFiles } from "./choose.ts";
import type { LoaderView } from "./view.ts";

const view: LoaderView = { cpu: "arm64", libc: "glibc", isAlpine: false, armv: "8", abi: "137" };
const chosen = (files: string[], parts: Parameters<typeof packageOf>[0] = {}) =>
  chooseFiles(packageOf({ addons: files.map((file) => nativeFile(file)), ...parts }), view).addons.map(({ inside }) => inside);

test("a local build comes first, and all addons of it", () => {
  const files = ["build/Release/a.node", "build/Release/b.node", "prebuilds/linux-arm64/x.node"];
  expect(chosen(files)).toEqual(["build/Release/a.node", "build/Release/b.node"]);
});

test("node-gyp-build takes only the first file of a local build", () => {
  expect(chosen(["build/Release/a.node", "build/Release/b.node"], { dependencies: { "node-gyp-build": "4" } })).toEqual([
    "build/Release/a.node",
  ]);
});

test("`bindings` looks for a debug build first", () => {
  const files = ["build/Debug/a.node", "build/Release/a.node"];
  expect(chosen(files)).toEqual(["build/Release/a.node"]);
  expect(chosen(files, { dependencies: { bindings: "1" } })).toEqual(["build/Debug/a.node"]);
});

test("a file in build/Release that names another system is no local build", () => {
  const files = ["darwin-arm64", "linux-x64", "linux-arm64"].map((system) => `build/Release/db-7.0.0-${system}.node`);
  expect(chosen(files)).toEqual(["build/Release/db-7.0.0-linux-arm64.node"]);
});

test("a file of macOS or Windows is not loaded, whatever its name", () => {
  expect(chosen([], { addons: [nativeFile("build/Release/a.node", "macos"), nativeFile("lib/a.node", "macos")] })).toEqual([]);
});

test("each addon of a package gets its file", () => {
  const files = ["HID-linux-arm64", "HID_hidraw-linux-arm64", "HID-linux-x64"].map((name) => `prebuilds/${name}/node-napi-v4.node`);
  expect(chosen(files)).toEqual(["prebuilds/HID-linux-arm64/node-napi-v4.node", "prebuilds/HID_hidraw-linux-arm64/node-napi-v4.node"]);
});

test("folders in `prebuilds` that node-gyp-build does not know are read by their words", () => {
  const files = ["linuxglibc-arm64", "linuxmusl-arm64", "linuxglibc-x64", "darwin-arm64"].map(
    (system) => `prebuilds/${system}/node-137.node`,
  );
  expect(chosen(files)).toEqual(["prebuilds/linuxglibc-arm64/node-137.node"]);
});

test("loaders that name the libc in such a folder know musl by Alpine only, and node-gyp-build 3 by LIBC=musl too", () => {
  const addons = ["glibc", "musl"].map((libc) => nativeFile(`prebuilds/linux${libc}-arm64/x.node`));
  const router = { ...view, libc: "musl" as const };
  expect(chooseFiles(packageOf({ addons }), router)).toMatchObject({ addons: [addons[0]] });
  expect(chooseFiles(packageOf({ addons }), router)).not.toHaveProperty("hint");
  expect(chooseFiles(packageOf({ addons }), { ...router, isAlpine: true })).toMatchObject({ addons: [addons[1]] });
  // better-sqlite3's loader, which asks Node.
  const flat = ["glibc", "musl"].map((libc) => nativeFile(`prebuilds/linux${libc}-arm64.node`));
  expect(chooseFiles(packageOf({ addons: flat }), router)).toMatchObject({ addons: [flat[1]] });
  const files = ["glibc", "musl"].map((libc) => nativeFile(`prebuilds/linux${libc}-arm64/node-napi.node`));
  expect(chooseFiles(packageOf({ addons: files, dependencies: { "node-gyp-build": "^3.9.0" } }), router)).toMatchObject({
    addons: [files[0]],
    hint: expect.stringMatching(/LIBC=musl .* prebuilds\/linuxmusl-arm64\/node-napi.node$/),
  });
});

test("node-gyp-build takes the file for glibc on a musl that is not Alpine's, and LIBC=musl helps", () => {
  const addons = ["glibc", "musl"].map((libc) => nativeFile(`prebuilds/linux-arm64/x.${libc}.node`));
  const choice = (isAlpine: boolean) => chooseFiles(packageOf({ addons }), { ...view, libc: "musl", isAlpine });
  expect(choice(false)).toMatchObject({
    addons: [addons[0]],
    hint: expect.stringMatching(/LIBC=musl .* prebuilds\/linux-arm64\/x.musl.node$/),
  });
  expect(choice(true)).toMatchObject({ addons: [addons[1]] });
  expect(choice(true)).not.toHaveProperty("hint");
});

test("a build for the NODE_MODULE_VERSION of the place is taken, no other one", () => {
  const files = ["115", "127", "137"].map((abi) => `lib/binding/node-v${abi}-linux-arm64/x.node`);
  expect(chosen(files)).toEqual(["lib/binding/node-v137-linux-arm64/x.node"]);
  expect(chosen(files.slice(0, 2))).toEqual([]);
});

test("programs are taken by name and format", () => {
  const programs = [nativeFile("bin/linux-arm64/tool"), nativeFile("bin/linux-x64/tool"), nativeFile("bin/tool", "macos")];
  expect(chooseFiles(packageOf({ programs }), view).programs.map(({ inside }) => inside)).toEqual(["bin/linux-arm64/tool"]);
});

test("cmake-ts takes the build for glibc on a musl system that is not Alpine", () => {
  const files = ["glibc", "musl"].map((libc) => `build/linux/arm64/node/${libc}-137-Release/addon.node`);
  const addons = files.map((file) => nativeFile(file));
  const on = (isAlpine: boolean) =>
    chooseFiles(packageOf({ addons, dependencies: { "cmake-ts": "1" } }), { ...view, libc: "musl", isAlpine }).addons;
  expect(on(false).map(({ inside }) => inside)).toEqual([files[0]]);
  expect(on(true).map(({ inside }) => inside)).toEqual([files[1]]);
});
