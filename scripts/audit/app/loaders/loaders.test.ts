// The rules about loaders choose what the published loaders choose, which run here with the answers of other systems.
import { describe, expect, test } from "vitest";
import { nativeFile, packageOf } from "../../../checks/fixtures/app-package.ts";
import { runNapiLoader, runNodeGypBuild, runNodeGypBuild3, runPkgPrebuilds } from "../../../checks/fixtures/loader-world.ts";
import { randomOf } from "../../../checks/fixtures/random.ts";
import { chooseFiles } from "./choose.ts";
import { findLoaded } from "../subjects.ts";
import type { LoaderView } from "./view.ts";

const views: LoaderView[] = [
  { cpu: "arm64", libc: "glibc", isAlpine: false, armv: "8", abi: "137" },
  { cpu: "arm64", libc: "musl", isAlpine: true, armv: "8", abi: "137" },
  { cpu: "arm", libc: "glibc", isAlpine: false, armv: "6", abi: "127" },
  { cpu: "arm", libc: "glibc", isAlpine: false, armv: "7", abi: "137" },
  { cpu: "arm", libc: "musl", isAlpine: true, armv: "7", abi: "137" },
  { cpu: "arm", libc: "musl", isAlpine: false, armv: "7", abi: "137" },
  { cpu: "arm64", libc: "musl", isAlpine: false, armv: "8", abi: "137" },
  { cpu: "x64", libc: "glibc", isAlpine: false, armv: "", abi: "115" },
  { cpu: "x64", libc: "musl", isAlpine: true, armv: "", abi: "137" },
];

test("node-gyp-build takes the same file of random folders of prebuildify", () => {
  const random = randomOf(21);
  const pick = <T>(list: T[]) => list[random(list.length)]!;
  const tuples = ["linux-arm64", "linux-arm", "linux-x64", "darwin-x64+arm64", "linux-x64+arm64", "win32-x64", "android-arm64"];
  const tags = ["abi115", "abi127", "abi137", "napi", "armv6", "armv7", "armv8", "glibc", "musl", "node", "electron", "uv1"];
  let taken = 0;
  for (let round = 0; round < 3000; round += 1) {
    const files = new Set<string>();
    for (let count = random(12); count >= 0; count -= 1) {
      const chosen = new Set(Array.from({ length: random(5) }, () => pick(tags)));
      files.add(`prebuilds/${pick(tuples)}/${["x", ...chosen].join(".")}.node`);
    }
    if (random(20) === 0) files.add("build/Release/x.node");
    const view = pick(views);
    const expected = runNodeGypBuild({ files: [...files], packages: [], view });
    const addons = [...files].map((file) => nativeFile(file));
    const chosen = chooseFiles(packageOf({ addons, dependencies: { "node-gyp-build": "4" } }), view);
    expect(
      chosen.addons.map(({ inside }) => inside),
      [...files].join(" "),
    ).toEqual(expected === undefined ? [] : [expected]);
    if (expected !== undefined) taken += 1;
  }
  expect(taken).toBeGreaterThan(1000);
});

test("node-gyp-build 3 takes the same file of random folders", () => {
  const random = randomOf(3);
  const pick = <T>(list: T[]) => list[random(list.length)]!;
  const folders = ["", "glibc", "musl"].flatMap((libc) =>
    ["arm64", "arm64-v8", "arm", "arm-v6", "arm-v7", "x64"].map((arch) => `linux${libc}-${arch}`),
  );
  let taken = 0;
  for (let round = 0; round < 1000; round += 1) {
    const files = new Set<string>();
    for (let count = random(12); count >= 0; count -= 1)
      files.add(
        `prebuilds/${pick([...folders, "darwin-arm64"])}/${pick(["node-115", "node-127", "node-137", "node-napi", "electron-137"])}.node`,
      );
    if (random(20) === 0) files.add("build/Release/x.node");
    const view = pick(views);
    const expected = runNodeGypBuild3({ files: [...files], packages: [], view });
    const addons = [...files].map((file) => nativeFile(file));
    const { addons: chosen } = chooseFiles(packageOf({ addons, dependencies: { "node-gyp-build": "^3.9.0" } }), view);
    if (expected === undefined) continue;
    expect(
      chosen.map(({ inside }) => inside),
      [...files].join(" "),
    ).toEqual([expected]);
    taken += 1;
  }
  expect(taken).toBeGreaterThan(300);
});

test("pkg-prebuilds takes the same file", () => {
  const systems = ["linux-arm64", "linux-arm64-musl", "linux-arm", "linux-arm-musl", "linux-x64", "linux-x64-musl", "darwin-arm64"];
  const files = systems.map((system) => `prebuilds/x-${system}/node-napi-v4.node`);
  for (const view of views) {
    const expected = runPkgPrebuilds({ files, packages: [], view }, "x", [4]);
    const { addons } = chooseFiles(
      packageOf({ addons: files.map((file) => nativeFile(file)), dependencies: { "pkg-prebuilds": "1" } }),
      view,
    );
    expect(addons.map(({ inside }) => inside)).toEqual([expected]);
  }
});

describe("a loader made by @napi-rs/cli", () => {
  const systems = ["arm64-gnu", "arm64-musl", "arm-gnueabihf", "arm-musleabihf", "x64-gnu", "x64-musl", "riscv64-gnu"];
  const names = [...systems.map((system) => `linux-${system}`), "darwin-arm64", "win32-x64-msvc", "android-arm64", "android-arm-eabi"];

  test("takes the same file beside it", () => {
    const files = names.map((name) => `tar.${name}.node`);
    for (const view of views) {
      const expected = runNapiLoader({ files, packages: [], view });
      const { addons } = chooseFiles(packageOf({ addons: files.map((file) => nativeFile(file)) }), view);
      expect(addons.map(({ inside }) => inside)).toEqual([expected]);
    }
  });

  test("takes the same platform package", () => {
    const packages = names.map((name) => `@napi-rs/tar-${name}`);
    const installed = names.map((name) => {
      const addons = [nativeFile(`tar.${name}.node`)];
      return packageOf({ name: `@napi-rs/tar-${name}`, folder: `/app/node_modules/@napi-rs/tar-${name}`, addons });
    });
    for (const view of views) {
      const expected = runNapiLoader({ files: [], packages, view });
      const pkg = packageOf({ name: "@napi-rs/tar" });
      const { way } = findLoaded({ pkg, platforms: packages, installed, dependents: [], isOptional: false }, view);
      expect(way).toBe(`the platform package ${expected}`);
    }
  });

  test("takes no file of another system", () => {
    const files = ["tar.darwin-arm64.node", "tar.linux-riscv64-gnu.node"];
    for (const view of views) {
      expect(runNapiLoader({ files, packages: [], view })).toBeUndefined();
      expect(chooseFiles(packageOf({ addons: files.map((file) => nativeFile(file)) }), view).addons).toEqual([]);
    }
  });
});
