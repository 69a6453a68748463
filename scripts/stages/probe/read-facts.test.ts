import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { packageRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { probeRecords } from "./probe.ts";
import { readFacts } from "./read-facts.ts";

const registry = loadRegistry();

/** An ELF header with one segment, the interpreter. */
function elf(bits: 32 | 64, machine: number, interpreter = "", flags = 0): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write("\x7fELF", 0, "latin1");
  bytes.set([bits / 32, 1, 1], 4);
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
  const [tableAt, flagsAt, segment] = bits === 64 ? [32, 48, 56] : [28, 36, 32];
  bytes.writeUInt32LE(64, tableAt);
  bytes.writeUInt32LE(flags, flagsAt);
  for (const [at, value] of [bits === 64 ? 64 : 52, segment, interpreter === "" ? 0 : 1].entries())
    bytes.writeUInt16LE(value, flagsAt + 4 + 2 * at);
  if (interpreter === "") return bytes;
  bytes.writeUInt32LE(3, 64);
  bytes.writeUInt32LE(128, 64 + (bits === 64 ? 8 : 4));
  bytes.write(`${interpreter}\0`, 128);
  return bytes;
}

/** An auxiliary vector of a 32-bit program: AT_HWCAP, AT_HWCAP2. */
function auxv(hwcap: number, hwcap2: number): Buffer {
  const bytes = Buffer.alloc(24);
  for (const [at, value] of [16, hwcap, 26, hwcap2, 0, 0].entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

const facts = (records: Record<string, string | Buffer>) =>
  readFacts(new Map(Object.entries(records).map(([name, value]) => [name, Buffer.from(value as string)])), registry);

const pi = {
  kernel: "Linux 6.6.51+rpt-rpi-v8 aarch64",
  exe: elf(32, 0x28, "/lib/ld-linux-armhf.so.3", 0x5000400),
  loaders:
    "loader /lib/ld-linux-armhf.so.3\nld.so (Raspbian GLIBC 2.36-9+rpt2+deb12u8) stable release version 2.36.\ngetconf glibc 2.36\nldd ldd (GNU libc) 2.36",
  memory: "MemTotal:         948304 kB\nMemFree: 100 kB\nMemAvailable:     700000 kB\nSwapTotal: 204796 kB",
  os: 'PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"\nNAME="Raspbian GNU/Linux"\nVERSION_ID="12"\nID=raspbian\nID_LIKE=debian',
};

test("32-bit programs below a 64-bit kernel, which shows the words of 64-bit CPUs", () => {
  const cpuinfo = "processor\t: 0\nFeatures\t: fp asimd evtstrm crc32 cpuid\nprocessor\t: 1\nFeatures\t: fp asimd evtstrm crc32 cpuid";
  const read = facts({ ...pi, cpuinfo });
  expect(read.userland).toEqual({ arch: "arm", bits: 32, floatAbi: "hard" });
  expect(read.libc).toEqual({ name: "glibc", version: "2.36", loader: "/lib/ld-linux-armhf.so.3" });
  expect(read.cpu).toMatchObject({ count: 2, known: true, features: ["v6t2", "v7", "vfp3", "vfp3-d32", "neon", "vfp4", "idiv", "crc32"] });
  expect(read.memory).toEqual({ totalKiB: 948_304, availableKiB: 700_000, swapKiB: 204_796 });
  expect(read.system).toMatchObject({ id: "raspbian", version: "12", name: "Raspbian GNU/Linux 12 (bookworm)" });
});

test("the auxiliary vector counts more than the words", () => {
  const cpuinfo = "Features\t: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt";
  // A Cortex-A9: VFPv3, NEON and 32 registers.
  const read = facts({ ...pi, cpuinfo, auxv: auxv((1 << 12) | (1 << 13) | (1 << 19), 0) });
  expect(read.cpu.features).toEqual(["v6t2", "v7", "vfp3", "vfp3-d32", "neon"]);
});

test("an OpenWrt with musl: its loader says its version and fails", () => {
  const read = facts({
    exe: elf(64, 0xb7, "/lib/ld-musl-aarch64.so.1"),
    loaders: "loader /lib/ld-musl-aarch64.so.1\nmusl libc (aarch64)\nVersion 1.2.5\ngetconf \nldd ",
    compatible: "glinet,gl-mt6000\nmediatek,mt7986a",
    board_name: "glinet,gl-mt6000",
    os: 'NAME="OpenWrt"\nVERSION="24.10.2"\nID="openwrt"\nVERSION_ID="24.10.2"\nPRETTY_NAME="OpenWrt 24.10.2"\nOPENWRT_BOARD="mediatek/filogic"',
    init: "procd /sbin/procd",
    page: "4 KiB",
    cgroup: "cpuset cpu io memory pids",
    nodes: "/usr/bin/node\tv20.18.0 arm64 115 -\n/opt/n/bin/node\t",
    user: "0 root",
    root: "root",
    clock: "61 17.23",
  });
  expect(read.userland).toEqual({ arch: "aarch64", bits: 64 });
  expect(read.libc).toMatchObject({ name: "musl", version: "1.2.5" });
  expect(read.compatible).toEqual(["glinet,gl-mt6000", "mediatek,mt7986a"]);
  expect(read).toMatchObject({
    init: "procd",
    pageSize: 4096,
    cgroup: { version: 2, memory: true },
    user: { id: 0, name: "root" },
    root: "root",
  });
  expect(read.system).toMatchObject({ id: "openwrt", version: "24.10.2", openwrtTarget: "mediatek/filogic" });
  expect(read.nodes).toEqual([{ path: "/usr/bin/node", version: "20.18.0", arch: "arm64", modules: "115" }, { path: "/opt/n/bin/node" }]);
  expect(read.clock).toEqual({ epochSeconds: 61, uptimeSeconds: 17.23 });
});

test("a static shell: the C library is that of the loader that runs", () => {
  const loaders = "loader /lib/ld-linux-armhf.so.3\nloader /lib/ld-musl-aarch64.so.1\nmusl libc (aarch64)\nVersion 1.2.4\ngetconf \nldd ";
  expect(facts({ exe: elf(64, 0xb7), loaders }).libc).toMatchObject({ name: "musl", version: "1.2.4" });
  expect(facts({ exe: elf(64, 0xb7), loaders: "getconf \nldd " }).libc).toBeUndefined();
});

test("glibc before 2.33, whose loader does not know --version", () => {
  const loaders = "loader /lib/ld-linux-armhf.so.3\ngetconf glibc 2.31\nldd ldd (Debian GLIBC 2.31-13) 2.31";
  expect(facts({ ...pi, loaders }).libc).toMatchObject({ name: "glibc", version: "2.31" });
  expect(facts({ ...pi, loaders: loaders.replace("glibc 2.31", "") }).libc).toMatchObject({ version: "2.31" });
});

test("big-endian and soft-float programs, and a shell that cannot be read", () => {
  const mips = elf(32, 0);
  mips.set([2], 5);
  mips.writeUInt16BE(8, 18);
  expect(facts({ exe: mips }).userland).toEqual({ arch: "big-endian machine 8", bits: 32 });
  expect(facts({ exe: elf(32, 0x28, "", 0x5000200) }).userland).toMatchObject({ arch: "arm", floatAbi: "soft" });
  expect(facts({}).userland.arch).toBe("unknown");
});

test("the file system of a folder is the deepest that is mounted there, and the last of several", () => {
  const mounts = [
    "/dev/root /rom squashfs ro,relatime 0 0",
    "overlayfs:/overlay / overlay rw,noatime 0 0",
    "tmpfs /tmp tmpfs rw,nosuid,nodev,noatime 0 0",
    "/dev/sda1 /opt ext4 rw 0 0",
    "/dev/sda2 /opt ext4 ro,noexec 0 0",
  ].join("\n");
  const space = "/ overlayfs:/overlay  7000 3000 4000 43% /\n/tmp tmpfs 500000 100 499900 0% /tmp";
  expect(facts({ mounts, space }).mounts).toEqual([
    { path: "/", exists: true, mount: "/", type: "overlay", flags: ["rw", "noatime"], sizeKiB: 7000, freeKiB: 4000 },
    { path: "/opt", exists: false, mount: "/opt", type: "ext4", flags: ["ro", "noexec"] },
    {
      path: "/tmp",
      exists: true,
      mount: "/tmp",
      type: "tmpfs",
      flags: ["rw", "nosuid", "nodev", "noatime"],
      sizeKiB: 500_000,
      freeKiB: 499_900,
    },
  ]);
});

test.each([
  ["a Raspberry Pi without the kernel's argument", { cgroup: "cpuset cpu io pids" }, { version: 2, memory: false }],
  ["cgroups 1", { mounts: "cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,memory 0 0" }, { version: 1, memory: true }],
  ["cgroups 1 without it", { mounts: "cgroup /sys/fs/cgroup/cpu cgroup rw,nosuid,cpu 0 0" }, { version: 1, memory: false }],
  ["none", {}, { memory: false }],
])("the memory controller: %s", (_name, records, expected) => {
  expect(facts(records).cgroup).toEqual(expected);
});

test.each([
  ["systemd", { init: "systemd /lib/systemd/systemd", run: "/run/systemd/system" }],
  ["openrc", { init: "init /bin/busybox", run: "/run/openrc" }],
  ["busybox", { init: "init ../bin/busybox" }],
  ["sysvinit", { init: "init " }],
  ["other", { init: "tini " }],
])("the init %s", (expected, records) => {
  expect(facts(records).init).toBe(expected);
});

test("the script reports this machine, of which Node knows the same", () => {
  const script = readFileSync(join(packageRoot, "scripts/target-side/probe.sh"));
  const records = probeRecords(execFileSync("sh", ["-s", "m1"], { input: script }), "m1");
  expect(records.has("end")).toBe(true);
  const read = readFacts(records, registry);
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  expect(read.userland.arch).toBe({ x64: "x86_64", arm64: "aarch64" }[process.arch as string]);
  if (header.glibcVersionRuntime) expect(read.libc).toMatchObject({ name: "glibc", version: header.glibcVersionRuntime });
  expect(read.kernel.release).toBe(execFileSync("uname", ["-r"], { encoding: "utf8" }).trim());
  expect(read.user.id).toBe(process.getuid?.());
  expect(read.mounts.map(({ path }) => path)).toEqual(["/", "/opt", "/tmp"]);
  expect(read.nodes.filter(({ version }) => version === process.versions.node).length).toBeGreaterThan(0);
  expect(read.commands).toContain("sha256sum");
  expect(Math.abs(read.clock.epochSeconds - Date.now() / 1000)).toBeLessThan(60);
});

test("musl says its version on stderr", () => {
  const folder = temporaryFolder();
  const loader = join(folder, "ld-musl-aarch64.so.1");
  writeFileSync(loader, "#!/bin/sh\necho 'musl libc (aarch64)\nVersion 1.2.5\nDynamic Program Loader' >&2\nexit 1\n", { mode: 0o755 });
  const script = readFileSync(join(packageRoot, "scripts/target-side/probe.sh"), "utf8").replace("/lib/ld-musl-", `${folder}/ld-musl-`);
  const records = probeRecords(execFileSync("sh", ["-s", "m1"], { input: script }), "m1");
  expect(facts({ exe: elf(64, 0xb7, loader), loaders: records.get("loaders")! }).libc).toEqual({ name: "musl", version: "1.2.5", loader });
});
