import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { packageRoot } from "../../lib/paths.ts";
import { placesOf } from "../place.ts";
import { loadRegistry } from "../read-registry.ts";
import { boardFileOf } from "./board-file.ts";
import type { MachineFacts, ProbeReport } from "./facts.ts";
import { fitMachine } from "./fit.ts";
import { placeOfMachine } from "./place.ts";

const registry = loadRegistry();

/** A Raspberry Pi 4 with 64-bit Raspberry Pi OS bookworm. */
const pi4: MachineFacts = {
  model: "Raspberry Pi 4 Model B Rev 1.4",
  compatible: ["raspberrypi,4-model-b", "brcm,bcm2711"],
  kernel: { name: "Linux", release: "6.6.51+rpt-rpi-v8", machine: "aarch64" },
  userland: { arch: "aarch64", bits: 64 },
  libc: { name: "glibc", version: "2.36", loader: "/lib/ld-linux-aarch64.so.1" },
  cpu: { count: 4, features: ["crc32"], known: true },
  pageSize: 4096,
  memory: { totalKiB: 3_885_000, swapKiB: 0 },
  mounts: [],
  init: "systemd",
  system: { id: "debian", version: "12", name: "Debian GNU/Linux 12 (bookworm)", files: ["/etc/os-release", "/etc/rpi-issue"] },
  nodes: [],
  commands: [],
  cgroup: { version: 2, memory: false },
  user: { id: 1000, name: "pi" },
  root: "sudo",
  clock: { epochSeconds: 1_760_000_000, uptimeSeconds: 99 },
};
const ARMV7 = ["v6t2", "v7", "vfp3", "vfp3-d32", "neon", "vfp4", "idiv"];
const programs32 = {
  userland: { arch: "arm", bits: 32, floatAbi: "hard" },
  cpu: { count: 4, features: [...ARMV7, "crc32"], known: true },
} satisfies Partial<MachineFacts>;
const openwrt: MachineFacts = {
  ...pi4,
  model: "GL.iNet GL-MT6000",
  compatible: ["glinet,gl-mt6000", "mediatek,mt7986a"],
  libc: { name: "musl", version: "1.2.5" },
  memory: { totalKiB: 1_012_000, swapKiB: 0 },
  system: { id: "openwrt", version: "24.10.2", name: "OpenWrt 24.10.2", openwrtTarget: "mediatek/filogic", files: [] },
};
const fit = (changes: Partial<MachineFacts>, base = pi4) => fitMachine(registry, { ...base, ...changes });

test("a Raspberry Pi with its usual system", () => {
  const { target, board, ...others } = fit({});
  expect(target).toEqual({
    triple: "aarch64-unknown-linux-gnu",
    why: ["its programs are for 64-bit ARM with glibc 2.36", "its CPU has crc32"],
  });
  expect(board).toMatchObject({ name: "pi-4", differs: [] });
  expect(others).toMatchObject({ system: "raspios-bookworm-64", profile: "standard", cpu: "cortex-a72" });
});

test("32-bit programs below a 64-bit kernel get the 32-bit target, and the board its 32-bit system", () => {
  const { target, board } = fit({ ...programs32, system: { ...pi4.system, id: "raspbian" } });
  expect(target.triple).toBe("armv7-unknown-linux-gnueabihf");
  expect(target.why[0]).toMatch(/32-bit ARM, hard-float with glibc 2.36; only the kernel is aarch64/);
  expect(board.name).toBe("pi-4@raspios-bookworm-32");
});

test("Debian is not Raspberry Pi OS: a file tells them apart", () => {
  expect(fit({ system: { ...pi4.system, files: ["/etc/os-release"] } }).board.name).toBe("pi-4@debian-bookworm");
});

test("an ARMv6 CPU gets the ARMv6 target, and why not the other one", () => {
  const zero = { ...programs32, compatible: ["raspberrypi,model-zero-w"], cpu: { count: 1, features: [], known: true } };
  const { target, board, cpu } = fit({ ...zero, memory: { totalKiB: 440_000, swapKiB: 0 }, system: { ...pi4.system, id: "raspbian" } });
  expect(target.triple).toBe("arm-unknown-linux-gnueabihf");
  expect(target.why).toContain("not armv7-unknown-linux-gnueabihf: the CPU lacks v6t2, v7, vfp3");
  expect(board.name).toMatch(/^pi-zero-w@?/);
  expect(cpu).toBe("arm1176");
});

test("a machine that does not show its CPU's features gets the target that needs none", () => {
  const { target } = fit({ ...programs32, cpu: { count: 1, features: [], known: false } });
  expect(target.triple).toBe("arm-unknown-linux-gnueabihf");
  expect(target.why.join()).toMatch(/the lowest one is assumed.*does not show whether/);
});

test("a Node for another architecture is named", () => {
  const nodes = [
    { path: "/usr/bin/node", version: "18.19.0", arch: "arm64" },
    { path: "/opt/node/bin/node", version: "22.1.0", arch: "arm" },
  ];
  const { why } = fit({ nodes }).target;
  expect(why.at(-1)).toBe("but /opt/node/bin/node is a Node for arm, which loads no addon of this target");
  expect(why.join()).not.toContain("/usr/bin/node");
});

test("a router by its name, and an unknown one by OpenWrt's target", () => {
  expect(fit({}, openwrt).board).toMatchObject({ name: "gl-mt6000", differs: [] });
  expect(fit({}, openwrt).target.triple).toBe("aarch64-unknown-linux-musl");
  const other = fit({ compatible: ["acme,router", "mediatek,mt7986a"] }, openwrt).board;
  expect(other).toMatchObject({ name: "openwrt-filogic", why: ["it runs OpenWrt for mediatek/filogic", "its system is OpenWrt 24.10.2"] });
});

test("a release that is none of the board's systems: no board file fits, and why", () => {
  const { board, system } = fit({ system: { ...openwrt.system, version: "21.02.3", name: "OpenWrt 21.02.3" } }, openwrt);
  expect(board).toMatchObject({ why: ["the device is named glinet,gl-mt6000"] });
  expect(board.name).toBeUndefined();
  expect(board.differs[0]).toMatch(/OpenWrt 21.02.3, 64-bit ARM with musl, which is none of the systems of gl-mt6000: openwrt-24.10/);
  expect(system).toBeUndefined();
});

test("what differs from the board file: C library, pages, memory", () => {
  const changes = { libc: { name: "glibc" as const, version: "2.35" }, pageSize: 16_384, memory: { totalKiB: 400_000, swapKiB: 0 } };
  const { differs } = fit(changes).board;
  expect(differs).toEqual([
    "it has glibc 2.35, and raspios-bookworm-64 2.36",
    "its pages have 16384 bytes, and those of the board file 4096",
    "it has 390 MiB of memory, and the board file at least 1024 MiB",
  ]);
});

test("a CPU without a feature of the board's is not that board", () => {
  const { board } = fit({ cpu: { count: 4, features: [], known: true } });
  expect(board).toMatchObject({ differs: ["cortex-a72, the CPU of pi-4, has crc32, and this machine has not"] });
  expect(board.name).toBeUndefined();
});

test.each([
  ["soft-float programs", { userland: { arch: "arm", bits: 32, floatAbi: "soft" } }, /soft-float/],
  ["an architecture without targets", { userland: { arch: "mips", bits: 32 } }, /for mips; the targets are for 64-bit ARM, 32-bit ARM/],
  ["a C library that is neither glibc nor musl", { libc: undefined }, /no dynamic loader/],
  [
    "an old glibc",
    { libc: { name: "glibc", version: "2.9" } },
    /not aarch64-unknown-linux-gnu: it needs glibc 2.17, and the machine has 2.9/,
  ],
] satisfies [string, Partial<MachineFacts>, RegExp][])("no target for %s", (_name, changes, why) => {
  const { target } = fit(changes);
  expect(target.triple).toBeUndefined();
  expect(target.why.join()).toMatch(why);
});

const pc: Partial<MachineFacts> = {
  model: undefined,
  compatible: [],
  userland: { arch: "x86_64", bits: 64 },
  cpu: { count: 4, features: ["v2"], known: true },
  system: { ...pi4.system, files: [] },
};

test("a PC, with the CPU file that has what it shows and no more", () => {
  expect(fit(pc)).toMatchObject({ target: { triple: "x86_64-unknown-linux-gnu" }, board: { name: "debian-x86-64" }, cpu: "x86-64-v2" });
});

test("no two boards have the same name or target of OpenWrt", () => {
  const names = [...registry.boards.values()].flatMap(({ knownBy }) => [...(knownBy?.names ?? []), ...(knownBy?.openwrt ?? [])]);
  expect(names).toHaveLength(new Set(names).size);
  expect(names.length).toBeGreaterThan(30);
});

const reportOf = (machine: MachineFacts): ProbeReport => ({
  schema: 1,
  host: "lab",
  seconds: 1,
  machine,
  fit: fitMachine(registry, machine),
});

test.each([
  [
    "an unknown board with a known system",
    { ...pi4, compatible: ["acme,one"] },
    "aarch64-unknown-linux-gnu",
    "raspios-bookworm-64",
    "cortex-a53",
  ],
  [
    "an unknown router with an unknown release",
    { ...openwrt, compatible: ["acme,two"], system: { id: "acmewrt", version: "9", files: [] } },
    "aarch64-unknown-linux-musl",
    /^(alpine|openwrt)/,
    "cortex-a53",
  ],
  [
    "32-bit programs on an unknown board",
    { ...pi4, ...programs32, compatible: [] },
    "armv7-unknown-linux-gnueabihf",
    "debian-bookworm",
    /^cortex/,
  ],
] satisfies [string, MachineFacts, string, string | RegExp, string | RegExp][])(
  "the board file of %s is valid, and can be audited for",
  (_name, machine, target, system, cpu) => {
    const folder = temporaryFolder();
    cpSync(join(packageRoot, "targets"), folder, { recursive: true });
    writeFileSync(join(folder, "boards/lab.json"), JSON.stringify(boardFileOf(registry, reportOf(machine), "lab")));
    const written = loadRegistry(folder);
    const board = written.boards.get("lab");
    expect(board).toMatchObject({ target, system: expect.stringMatching(system), cpu: expect.stringMatching(cpu) });
    expect(placesOf(written, { board: "lab" })[0]).toMatchObject({ arch: machine.userland.arch, libc: machine.libc?.name });
    // The file makes the machine known.
    if (machine.compatible.length > 0 && machine.system.id === "debian") expect(fitMachine(written, machine).board.name).toBe("lab");
  },
);

test("no board file for a machine without a target", () => {
  expect(() => boardFileOf(registry, reportOf({ ...pi4, libc: undefined }), "lab")).toThrow(
    /no board file can be written for lab: it has no dynamic loader/,
  );
});

test("the audit of a machine takes what the machine says before what files say", () => {
  const nodes = [{ path: "/usr/bin/node" }, { path: "/opt/node/bin/node", version: "20.11.1", arch: "arm64" }];
  const place = placeOfMachine(registry, reportOf({ ...pi4, nodes, pageSize: 16_384, libc: { name: "glibc", version: "2.35" } }));
  expect(place).toMatchObject({ name: "lab", cpu: "cortex-a72", libcVersion: "2.35", pageSize: 16_384, node: "20" });
  expect(place.system).toMatchObject({ id: "raspios-bookworm-64", install: "apt install" });
});

test("a machine without a board file is audited as its target, with its own CPU and C library", () => {
  const unknown = {
    ...pi4,
    compatible: [],
    system: { files: [] },
    cpu: { count: 4, features: ["crc32", "lse", "dotprod", "rcpc", "fp16", "rdm", "dpb", "lor"], known: true },
  };
  const place = placeOfMachine(registry, reportOf(unknown));
  expect(place).toMatchObject({ name: "lab", arch: "aarch64", bits: 64, libc: "glibc", libcVersion: "2.36", pageSize: 4096 });
  expect(place.features).toContain("lse");
  expect(place.glibcFloor).toBeUndefined();
  expect(place.system).toBeUndefined();
});

test("no audit for a machine without a target", () => {
  expect(() => placeOfMachine(registry, reportOf({ ...pi4, libc: undefined }))).toThrow(/no addon runs on lab: it has no dynamic loader/);
});
