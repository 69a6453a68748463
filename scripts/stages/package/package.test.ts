import { chmodSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Table } from "../../target-side/loader/loader.cjs";
import type { PackageIndex } from "../../model/report/package-index.ts";
import { readProject } from "../../model/project.ts";
import { changeManifest, createPackable, quietContext, targets, triples, unpack } from "../../checks/fixtures/packable-project.ts";
import { packProject } from "./package.ts";
import { cutEngines } from "./platform.ts";

const pack = (folder: string, untested = false) => packProject(readProject(folder), triples, untested, quietContext());

/** The files of one packed package. */
const filesOf = (folder: string, name: string) => unpack(join(folder, "dist/npm", `me-${name}-1.2.3.tgz`));
const manifestOf = (folder: string, name: string) => JSON.parse(filesOf(folder, name)["package.json"] ?? "") as Record<string, unknown>;

describe("packages", () => {
  let folder = "";
  let index: PackageIndex;
  beforeAll(async () => {
    folder = createPackable({ optionalDependencies: { other: "1.0.0" } });
    index = await pack(folder);
  }, 120_000);

  test("one package per platform, and the root package last", () => {
    expect(index.packages.map(({ name, byName }) => `${name}${byName ? " by name" : ""}`)).toEqual([
      "@me/thing-linux-arm64-gnu",
      "@me/thing-linux-arm64-musl",
      "@me/thing-linux-armv6-gnueabihf by name",
      "@me/thing-linux-armv6-musleabihf by name",
      "@me/thing-linux-arm-gnueabihf",
      "@me/thing-linux-arm-musleabihf",
      "@me/thing-linux-x64-gnu",
      "@me/thing-linux-x64-musl",
      "@me/thing",
    ]);
    for (const { file, bytes } of index.packages) expect(readFileSync(join(folder, "dist/npm", file)).length).toBe(bytes);
    for (const target of targets) {
      const { os, cpu, libc } = target.npm;
      expect(manifestOf(folder, `thing-${target.napiPlatform}`)).toMatchObject({
        os: [os],
        cpu: [cpu],
        libc: [libc],
        version: "1.2.3",
        license: "MIT",
      });
    }
  });

  test("a platform's package has its requirements, and the results of audit and runs", () => {
    const files = filesOf(folder, "thing-linux-arm-gnueabihf");
    expect(Object.keys(files).toSorted()).toEqual(["LICENSE", "README.md", "package.json", "thing.linux-arm-gnueabihf.node"]);
    expect(manifestOf(folder, "thing-linux-arm-gnueabihf")).toMatchObject({
      main: "thing.linux-arm-gnueabihf.node",
      engines: { node: ">=20 <24" },
      boardkit: {
        target: "armv7-unknown-linux-gnueabihf",
        cpu: "armv7-vfpv3-d16",
        cpuFeatures: ["v7", "vfp3"],
        glibc: "2.17",
        pageSize: 65536,
        nodeApi: 8,
        bytes: 39,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        audit: { errors: 0, warnings: 0, notes: 1 },
        smoke: ["Node 22.0.0 on max"],
      },
    });
    expect(manifestOf(folder, "thing-linux-x64-gnu").engines).toEqual({ node: ">=20" });
  });

  test("platforms that npm can distinguish are optional dependencies of the root package, the others are optional peers", () => {
    const { optionalDependencies, peerDependencies, peerDependenciesMeta, files } = manifestOf(folder, "thing") as Record<string, object>;
    expect(Object.keys(optionalDependencies ?? {})).toEqual([
      "@me/thing-linux-arm-gnueabihf",
      "@me/thing-linux-arm-musleabihf",
      "@me/thing-linux-arm64-gnu",
      "@me/thing-linux-arm64-musl",
      "@me/thing-linux-x64-gnu",
      "@me/thing-linux-x64-musl",
      "other",
    ]);
    expect(peerDependencies).toEqual({ "@me/thing-linux-armv6-gnueabihf": "1.2.3", "@me/thing-linux-armv6-musleabihf": "1.2.3" });
    expect(Object.values(peerDependenciesMeta ?? {})).toEqual([{ optional: true }, { optional: true }]);
    expect(files).toEqual(["index.js", "index.d.ts", "loader.cjs", "loader-failure.cjs", "loader.d.cts", "loader.json"]);
  });

  test("napi-rs' own loader is replaced by ours, with the same exports", () => {
    const { "index.js": entry = "", "loader.json": json = "" } = filesOf(folder, "thing");
    expect(entry).toContain('require("./loader.cjs").load(["Counter","sum"])');
    expect(entry).toContain("module.exports.sum = addon.sum;");
    const table = JSON.parse(json) as Table;
    expect(table).toMatchObject({
      name: "@me/thing",
      version: "1.2.3",
      binary: "thing",
      variable: "THING_NATIVE_PATH",
      root: ".",
      node: "20",
    });
    const armv7 = table.builds.findIndex(({ platform }) => platform === "linux-arm-gnueabihf");
    expect(armv7).toBeLessThan(table.builds.findIndex(({ platform }) => platform === "linux-armv6-gnueabihf"));
    expect(table.builds[armv7]).toMatchObject({
      glibc: "2.17",
      nodeApi: 8,
      lowestNode: "12.22 or 14.17 or 15.12",
      nodeBelow: "24",
      bytes: 39,
    });
    // It can be mapped with the largest pages.
    expect(table.builds[armv7]).not.toHaveProperty("pageSize");
    expect(Object.keys(table.builds[armv7]?.features ?? {})).toEqual(["v7", "vfp3"]);
  });
});

describe("after the build", () => {
  test("packages come from the manifests, even if targets/ has changed since", async () => {
    const folder = createPackable({ napi: { binaryName: "thing", targets: ["aarch64-apple-darwin"] } });
    const triple = "armv7-unknown-linux-gnueabihf";
    changeManifest(folder, triple, ({ target, cpu }) => {
      target.nodeBelow = "22";
      cpu.name = "A CPU";
    });
    const context = quietContext();
    Object.defineProperty((context.registry = { ...context.registry }), "triples", {
      get: () => {
        throw new Error("package reads targets/triples");
      },
    });
    await packProject(readProject(folder), [triple], false, context);
    expect(manifestOf(folder, "thing-linux-arm-gnueabihf").engines).toEqual({ node: ">=20 <22" });
    const { builds } = JSON.parse(filesOf(folder, "thing")["loader.json"] ?? "") as Table;
    expect(builds).toMatchObject([{ platform: "linux-arm-gnueabihf", nodeBelow: "22", cpuName: "A CPU" }, { platform: "darwin-arm64" }]);
  });
});

describe("other projects", () => {
  test("the entry of an ES module is an ES module, also if it must be created", async () => {
    const folder = createPackable({ type: "module", main: "lib/entry.js" }, { "index.js": "" });
    await pack(folder);
    const entry = filesOf(folder, "thing")["lib/entry.js"];
    expect(entry).toContain('import loader from "../loader.cjs";');
    expect(entry).toContain("export const sum = addon.sum;");
    expect((manifestOf(folder, "thing").files as string[]).includes("lib/entry.js")).toBe(true);
  });

  test("type definitions of a build are packed, and name the exports", async () => {
    const types = "export declare function made(): void\n";
    const folder = createPackable({ types: undefined, files: ["README.md"] }, { "dist/aarch64-unknown-linux-gnu/index.d.ts": types });
    await pack(folder);
    const files = filesOf(folder, "thing");
    expect(files["index.d.ts"]).toBe(types);
    expect(files["index.js"]).toContain('.load(["made"])');
  });

  test("an addon that larger pages cannot map has its page size in the table", async () => {
    const folder = createPackable();
    const linked = (triple: string, loadAlign: number) => changeManifest(folder, triple, ({ audit }) => (audit.elf.loadAlign = loadAlign));
    linked("aarch64-unknown-linux-gnu", 4096);
    linked("x86_64-unknown-linux-gnu", 4096);
    await pack(folder);
    const { builds } = JSON.parse(filesOf(folder, "thing")["loader.json"] ?? "") as Table;
    expect(builds.filter(({ pageSize }) => pageSize).map(({ platform, pageSize }) => [platform, pageSize])).toEqual([
      ["linux-arm64-gnu", 4096],
    ]);
  });

  test("the loader knows targets that Boardkit does not build", async () => {
    const folder = createPackable({
      napi: { binaryName: "thing", targets: ["universal-apple-darwin", "x86_64-pc-windows-msvc", "riscv64gc-unknown-linux-gnu"] },
    });
    await pack(folder);
    const { builds } = JSON.parse(filesOf(folder, "thing")["loader.json"] ?? "") as Table;
    expect(
      builds.filter(({ os, cpu }) => os !== "linux" || cpu === "riscv64").map(({ platform, os, cpu, libc }) => [platform, os, cpu, libc]),
    ).toEqual([
      ["darwin-universal", "darwin", "arm64", undefined],
      ["darwin-universal", "darwin", "x64", undefined],
      ["win32-x64-msvc", "win32", "x64", undefined],
      ["linux-riscv64-gnu", "linux", "riscv64", "glibc"],
    ]);
    expect(manifestOf(folder, "thing").optionalDependencies).toMatchObject({ "@me/thing-darwin-universal": "1.2.3" });
  });

  test("a package with its own code gets the loader in the folder that it names", async () => {
    const folder = createPackable(
      { boardkit: { loader: "lib" }, files: ["lib"], main: "lib/main.js" },
      { "lib/main.js": "require('./loader.cjs')" },
    );
    await pack(folder);
    const files = filesOf(folder, "thing");
    expect(files["lib/main.js"]).toBe("require('./loader.cjs')");
    expect(JSON.parse(files["lib/loader.json"] ?? "")).toMatchObject({ root: ".." });
  });
});

test("the same bytes in another folder, at another time, with other modes", async () => {
  const [plain, changed] = [createPackable(), createPackable()];
  const addon = join(changed, "dist/x86_64-unknown-linux-gnu/thing.linux-x64-gnu.node");
  chmodSync(addon, 0o700);
  utimesSync(addon, 1, 1);
  chmodSync(join(changed, "index.d.ts"), 0o600);
  const [first, second] = [await pack(plain), await pack(changed)];
  expect(second).toEqual(first);
});

describe("targets that cannot be packed", () => {
  const triple = "x86_64-unknown-linux-musl";
  const addon = `dist/${triple}/thing.linux-x64-musl.node`;
  test.each<[string, (folder: string) => void, string, RegExp]>([
    [
      "a target that is not built",
      (folder) => rmSync(join(folder, addon)),
      "NOT_BUILT",
      /boardkit build --target x86_64-unknown-linux-musl$/,
    ],
    ["a file that has changed since its audit", (folder) => writeFileSync(join(folder, addon), "changed"), "ARTIFACT_CHANGED", /--force/],
    [
      "another version",
      (folder) => changeManifest(folder, triple, ({ project }) => (project.version = "1.2.2")),
      "VERSION_MISMATCH",
      /boardkit build/,
    ],
    [
      "a file whose audit failed",
      (folder) =>
        changeManifest(folder, triple, ({ audit }) =>
          audit.findings.push({ rule: "libc/floor", severity: "error", message: "it needs GLIBC_2.39", fix: "link with zig" }),
        ),
      "AUDIT_FAILED",
      /libc\/floor: link with zig/,
    ],
    [
      "a file whose smoke run failed",
      (folder) => changeManifest(folder, triple, ({ smoke }) => smoke.forEach((run) => (run.outcome = "failed"))),
      "SMOKE_FAILED",
      /boardkit smoke/,
    ],
    ["a file without a smoke run", (folder) => changeManifest(folder, triple, ({ smoke }) => smoke.splice(0)), "NOT_RUN", /--untested/],
  ])("%s", async (_name, spoil, code, fix) => {
    const folder = createPackable();
    spoil(folder);
    await expect(pack(folder)).rejects.toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ fix: expect.stringMatching(fix) }) }),
    );
  });

  test("one error lists all problems, each fix with its targets", async () => {
    const folder = createPackable();
    for (const target of targets.slice(0, 2)) changeManifest(folder, target.triple, ({ smoke }) => smoke.splice(0));
    rmSync(join(folder, addon));
    await expect(pack(folder)).rejects.toThrow(
      expect.objectContaining({
        code: "DIST_UNFIT",
        message: expect.stringMatching(/^3 targets cannot be packed:/),
        details: expect.objectContaining({
          fix: expect.stringContaining(
            targets
              .slice(0, 2)
              .map((target) => `--target ${target.triple}`)
              .join(" "),
          ),
        }),
      }),
    );
  });

  test("a target without a smoke run is packed with `untested`", async () => {
    const folder = createPackable();
    changeManifest(folder, triple, ({ smoke }) => smoke.splice(0));
    await pack(folder, true);
    expect(manifestOf(folder, "thing-linux-x64-musl").boardkit).toMatchObject({ smoke: [] });
  });

  test.each<[string, object, Record<string, string>, string]>([
    ["no version", { version: undefined }, {}, "BAD_DATA"],
    ["no type definitions", { types: undefined, files: ["index.js"] }, {}, "NO_TYPES"],
    ["own code without a loader", {}, { "index.js": "module.exports = 1" }, "LOADER_UNCALLED"],
  ])("%s", async (_name, packageJson, files, code) => {
    await expect(pack(createPackable(packageJson, files))).rejects.toThrow(expect.objectContaining({ code, exit: "usage" }));
  });
});

test.each([
  [">=20", "24", ">=20 <24"],
  ["^18.17 || >=20.3", "24", "^18.17 <24 || >=20.3 <24"],
  [undefined, "24", "<24"],
  [">=20", undefined, ">=20"],
])("engines %s cut at %s", (range, below, cut) => {
  expect(cutEngines(range, below)).toBe(cut);
});
