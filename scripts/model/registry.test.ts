import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "../lib/paths.ts";
import { projectSettings } from "./project.ts";
import { selectBoard, selectProfile, selectSizes, selectTriples, supportedBoards, targetsOfProject } from "./registry.ts";
import { loadRegistry } from "./read-registry.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "boardkit-"));
  cpSync(join(packageRoot, "targets"), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const armv7 = "armv7-unknown-linux-musleabihf";
const [GNUV7, GNUV8] = ["armv7-unknown-linux-gnueabihf", "aarch64-unknown-linux-gnu"];
const pathOf = (triple: string) => join(folder, "triples", `${triple}.json`);
const read = (triple: string) => JSON.parse(readFileSync(pathOf(triple), "utf8")) as Record<string, unknown>;

test("the eight targets of the repo load, and the gnu ones declare their floor", () => {
  const { triples } = loadRegistry();
  const promised = ["aarch64-*-gnu", "aarch64-*-musl", "arm-*-gnueabihf", "arm-*-musleabihf", "armv7-*-gnueabihf", "armv7-*-musleabihf"];
  for (const glob of [...promised, "x86_64-*-gnu", "x86_64-*-musl"]) {
    const [target] = selectTriples({ ...loadRegistry(), triples }, [glob]);
    expect(target?.glibcFloor, glob).toBe(target?.libc === "glibc" ? "2.17" : undefined);
  }
});

test("boardkit.targets replaces napi.targets; unknown napi.targets are left out", () => {
  const registry = loadRegistry();
  const select = (targets: string[], napiTargets: string[]) => {
    const settings = projectSettings.parse({ targets });
    return targetsOfProject(registry, { settings, napiTargets });
  };
  expect(select([], ["x86_64-apple-darwin", armv7])).toEqual([armv7]);
  expect(select(["aarch64-*"], [armv7])).toEqual(["aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl"]);
  expect(select([], [])).toEqual([]);
  expect(() => select(["armv9-unknown-linux-gnu"], [])).toThrow(/unknown target armv9/);
});

test("one new file adds a target", () => {
  const triple = "armv7-unknown-linux-newabi";
  writeFileSync(pathOf(triple), JSON.stringify({ ...read(armv7), triple, napiPlatform: "linux-arm-newabi" }));
  const registry = loadRegistry(folder);
  expect(selectTriples(registry, [triple])[0]?.napiPlatform).toBe("linux-arm-newabi");
});

test("an unknown key is an error that names file and key", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), glibFloor: "2.17" }));
  expect(() => loadRegistry(folder)).toThrow(
    expect.objectContaining({ code: "BAD_DATA", exit: "usage", message: expect.stringContaining("glibFloor") }),
  );
  expect(() => loadRegistry(folder)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ place: expect.stringContaining(`${armv7}.json`) }) }),
  );
});

test("broken JSON is an error that names the file and the position", () => {
  writeFileSync(pathOf(armv7), '{ "triple": ');
  expect(() => loadRegistry(folder)).toThrow(
    expect.objectContaining({ code: "BAD_DATA", message: expect.stringMatching(/not valid JSON.*JSON input/) }),
  );
});

test("the file's name is the id", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), triple: "armv7-other" }));
  expect(() => loadRegistry(folder)).toThrow(/"triple" is "armv7-other"; it must be the file's name/);
});

test("a musl target cannot declare a glibc floor, and a glibc target must declare one", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), glibcFloor: "2.17" }));
  expect(() => loadRegistry(folder)).toThrow(/glibcFloor: a glibc target needs a glibcFloor; other targets must not have one/);
});

test("a run that names a missing toolchain file is an error", () => {
  const target = read(armv7);
  writeFileSync(pathOf(armv7), JSON.stringify({ ...target, smoke: [{ kind: "host", cpu: "cortex-a7", sysroot: "sysroot-gone" }] }));
  expect(() => loadRegistry(folder)).toThrow(/there is no toolchains\/sysroot-gone.json/);
  writeFileSync(pathOf(armv7), JSON.stringify({ ...target, python: { runtime: "python-gone", cpu: "cortex-a7" } }));
  expect(() => loadRegistry(folder)).toThrow(/there is no toolchains\/python-gone.json/);
  const runtimes = { bun: { toolchain: "bun-gone", cpu: "cortex-a7", sysroot: "sysroot-armv7-musl" } };
  writeFileSync(pathOf(armv7), JSON.stringify({ ...target, runtimes }));
  expect(() => loadRegistry(folder)).toThrow(/there is no toolchains\/bun-gone.json/);
});

test("targets are selected by name and by glob; without either all are", () => {
  const registry = loadRegistry(folder);
  expect(selectTriples(registry, ["*musl*"])).toHaveLength(4);
  expect(selectTriples(registry, [armv7, "x86_64-*"]).map((target) => target.triple)).toEqual([
    armv7,
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
  ]);
  expect(selectTriples(registry, [])).toHaveLength(8);
});

test("an unknown target is wrong usage; a glob without a match has an exit code of its own", () => {
  const registry = loadRegistry(folder);
  expect(() => selectTriples(registry, ["armv9"])).toThrow(expect.objectContaining({ code: "TARGET_UNKNOWN", exit: "usage" }));
  expect(() => selectTriples(registry, ["riscv*"])).toThrow(expect.objectContaining({ code: "TARGET_NONE", exit: "nothingMatched" }));
});

test("an unknown profile names those that exist", () => {
  expect(() => selectProfile(loadRegistry(folder), "huge")).toThrow(
    expect.objectContaining({ code: "PROFILE_UNKNOWN", details: expect.objectContaining({ fix: expect.stringContaining("standard") }) }),
  );
});

const readBoard = (id: string) => JSON.parse(readFileSync(join(folder, "boards", `${id}.json`), "utf8")) as Record<string, unknown>;
const writeBoard = (id: string, value: object) => writeFileSync(join(folder, "boards", `${id}.json`), JSON.stringify({ ...value, id }));

test("a board is selected by its id or that of one of its memory sizes; without ids each machine is, once", () => {
  const registry = loadRegistry(folder);
  expect(selectSizes(registry, ["ipq40xx-128", "openwrt-filogic"]).map(({ id, ramMiB }) => [id, ramMiB])).toEqual([
    ["ipq40xx-128", 128],
    ["filogic-256", 256],
    ["filogic-512", 512],
  ]);
  expect(selectBoard(registry, "filogic-512").id).toBe("openwrt-filogic");
  expect(selectSizes(registry, ["gl-mt3000"])[0]?.board.machine?.standsIn).toBe(
    "it is the machine of openwrt-filogic, whose boot stands for this one",
  );
  const all = selectSizes(registry, []);
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(["filogic-256", "filogic-512", "bcm53xx-256"]));
  expect(all.filter(({ board }) => board.like !== undefined)).toEqual([]);
  expect(() => selectSizes(registry, ["pi-9"])).toThrow(
    expect.objectContaining({
      code: "BOARD_UNKNOWN",
      exit: "usage",
      details: expect.objectContaining({ fix: expect.stringContaining("pi-zero-w") }),
    }),
  );
});

test("an unsupported board is listed with the reason, but never selected", () => {
  const registry = loadRegistry(folder);
  expect(registry.boards.get("openwrt-bcm53xx")?.why).toMatch(/no VFP/);
  expect(supportedBoards(registry).map(({ id }) => id)).not.toContain("openwrt-bcm53xx");
  expect(() => selectBoard(registry, "bcm53xx-256")).toThrow(
    expect.objectContaining({ code: "BOARD_UNSUPPORTED", message: expect.stringContaining("no VFP") }),
  );
});

test.each([
  ["neither machine nor why", { machine: undefined }, /machine: a board needs a `machine` that boots it, or `like`/],
  ["a kernel that is not one", { machine: { model: "virt", kernel: "zig", leastMiB: 64 } }, /machine.kernel is zig, which is not a kernel/],
  ["an unknown device tree", { machine: { model: "virt", kernel: "kernel-armv7", dtb: "x.dtb", leastMiB: 64 } }, /machine.dtb is x.dtb/],
  ["the name of another board", { memory: [{ id: "pi-3", ramMiB: 64 }] }, /memory names pi-3, which is already the name/],
  [
    "a name twice",
    {
      memory: [
        { id: "pi-2", ramMiB: 64 },
        { id: "pi-2", ramMiB: 128 },
      ],
    },
    /memory names pi-2/,
  ],
  [
    "an unknown target",
    { systems: [{ system: "openwrt-24.10", target: "armv7-unknown-linux-musleabi" }] },
    /there is no triples\/armv7-unknown-linux-musleabi.json/,
  ],
  ["no system", { systems: [] }, /systems: Too small/],
  ["an unknown system", { systems: [{ system: "beos", target: GNUV7 }] }, /systems names beos, but there is no systems\/beos.json/],
  [
    "a system twice",
    { systems: ["raspios-trixie-32", "raspios-trixie-32"].map((system) => ({ system, target: GNUV7 })) },
    /systems: a system is in the list twice/,
  ],
  [
    "a system that has no build of the target",
    { systems: [{ system: "raspios-trixie-64", target: GNUV7 }] },
    /systems has raspios-trixie-64 with armv7-unknown-linux-gnueabihf, which is not one of targets in systems\/raspios-trixie-64.json/,
  ],
  [
    "a 32-bit CPU and a 64-bit target",
    { systems: [{ system: "debian-trixie", target: GNUV8 }] },
    /cpu is cortex-a7, which is not a CPU of/,
  ],
  ["its own machine and that of another", { like: "pi-3" }, /machine: a board needs a `machine` that boots it, or `like`/],
  [
    "the machine of a board without one",
    { machine: undefined, like: "cm4" },
    /like is cm4, which is not a board with a machine of its own/,
  ],
])("a board with %s is an error", (_name, change, message) => {
  writeBoard("pi-2", { ...readBoard("pi-2"), ...change });
  expect(() => loadRegistry(folder)).toThrow(message);
});

test("each amount of memory has one profile", () => {
  const { profiles } = loadRegistry(folder);
  for (const ramMiB of [0, 64, 71, 72, 191, 192, 256, 512, 767, 768, 8192]) {
    const fitting = [...profiles.values()].filter(({ memory }) => memory.least <= ramMiB && ramMiB < (memory.below ?? Infinity));
    expect(fitting, String(ramMiB)).toHaveLength(1);
  }
});
