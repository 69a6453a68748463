// The recipes of CONTRIBUTING.md for data files: one new file per thing in a copy of targets/ is enough.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { commands } from "../commands/index.ts";
import { createProgram } from "../commands/program/program.ts";
import { packageRoot } from "../lib/paths.ts";
import { selectRuntime } from "../model/deploy/runtime.ts";
import { placeOfBoard, placeOfTarget, placesOf } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { selectBoard, selectSizes, selectTriples } from "../model/registry.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

type Data = Record<string, unknown>;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  cpSync(join(packageRoot, "targets"), folder, { recursive: true });
});

const pathOf = (kind: string, id: string) => join(folder, kind, `${id}.json`);

/** Writes a new data file: a copy of another one with changes. */
function add(kind: string, id: string, from: string, changes: Data): void {
  const data = JSON.parse(readFileSync(pathOf(kind, from), "utf8")) as Data;
  writeFileSync(pathOf(kind, id), JSON.stringify({ ...data, [kind === "triples" ? "triple" : "id"]: id, ...changes }), { flag: "wx" });
}

/** The line of a thing in the table of `boardkit list`, with single spaces. */
async function listLine(kind: string, id: string): Promise<string | undefined> {
  const args = ["list", kind];
  const output: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => output.push(String(text)) > 0);
  try {
    const edge = { env: {}, signal: new AbortController().signal, loadRegistry: () => loadRegistry(folder) };
    await (await createProgram(commands, args, edge)).parseAsync(args, { from: "user" });
  } finally {
    write.mockRestore();
  }
  const lines = output.join("").split("\n");
  return lines.find((line) => line.startsWith(`${id} `))?.replaceAll(/ +/g, " ");
}

const addBoard = (changes: Data = {}) => add("boards", "lab-board", "pi-4", { name: "A board of the lab", memory: [], ...changes });
const sizes = [
  { id: "lab-256", ramMiB: 256 },
  { id: "lab-512", ramMiB: 512 },
];

test("a board", async () => {
  addBoard({ memory: sizes, systems: [{ system: "debian-trixie", target: "aarch64-unknown-linux-gnu", pageSize: 16_384 }] });
  const registry = loadRegistry(folder);
  expect(selectSizes(registry, ["lab-board"]).map(({ id, ramMiB }) => ({ id, ramMiB }))).toEqual(sizes);
  expect(selectSizes(registry, ["lab-512"])).toMatchObject([{ ramMiB: 512, board: { id: "lab-board" } }]);
  const place = placeOfBoard(registry, selectBoard(registry, "lab-board"));
  expect(place).toMatchObject({ name: "lab-board", arch: "aarch64", cpu: "cortex-a72", pageSize: 16_384, libcVersion: "2.41" });
  const [target] = selectTriples(registry, ["aarch64-unknown-linux-gnu"]);
  expect(placeOfTarget(registry, target!).pageSize).toBeGreaterThanOrEqual(16_384);
  expect(await listLine("boards", "lab-512")).toBe("lab-512 512 MiB aarch64-unknown-linux-gnu cortex-a72 A board of the lab debian-trixie");
});

test("a system, in its own file and in the list of a board", async () => {
  add("systems", "lab-os-1.0", "debian-trixie", {
    name: "The OS of the lab",
    libcVersion: "2.31",
    node: { newest: "20" },
    install: "lab add",
  });
  const systems = ["debian-trixie", "lab-os-1.0"].map((system) => ({ system, target: "aarch64-unknown-linux-gnu" }));
  addBoard({ memory: sizes, systems });
  const registry = loadRegistry(folder);
  const [place] = placesOf(registry, { board: "lab-256@lab-os-1.0" });
  expect(place).toMatchObject({ name: "lab-board@lab-os-1.0", libcVersion: "2.31", node: "20" });
  expect(await listLine("systems", "lab-os-1.0")).toBe("lab-os-1.0 glibc 2.31 up to 20 none lab add The OS of the lab");
});

test("the libraries of a system", () => {
  const list = { present: ["libc.so.6"], packages: { "libown-1-0": ["libown-1.so.0"] }, complete: true, base: undefined };
  add("libraries", "lab-os", "alpine-3.22", list);
  add("systems", "lab-os-1.0", "debian-trixie", { name: "Lab OS", install: "lab add", libraries: "lab-os" });
  addBoard({ memory: sizes, systems: [{ system: "lab-os-1.0", target: "aarch64-unknown-linux-gnu" }] });
  const [place] = placesOf(loadRegistry(folder), { board: "lab-256" });
  expect(place?.system).toMatchObject({ name: "Lab OS", install: "lab add", packages: { "libown-1.so.0": "libown-1-0" } });
  expect(place?.system?.present["libc.so.6"]).toEqual([]);
});

test("a CPU", async () => {
  add("cpus", "lab-cpu", "cortex-a72", { name: "A CPU of the lab", features: ["crc32", "lse"], errata: ["843419"] });
  addBoard({ memory: sizes, cpu: "lab-cpu" });
  const registry = loadRegistry(folder);
  const place = placeOfBoard(registry, selectBoard(registry, "lab-256"));
  expect(place).toMatchObject({ cpu: "lab-cpu", features: ["crc32", "lse"], errata: ["843419"] });
  expect(await listLine("cpus", "lab-cpu")).toBe("lab-cpu aarch64 A CPU of the lab crc32 lse");
});

test("a target of a known architecture", async () => {
  const triple = "aarch64-lab-linux-musl";
  add("triples", triple, "aarch64-unknown-linux-musl", { napiPlatform: "linux-arm64-lab" });
  const registry = loadRegistry(folder);
  const [target, ...others] = selectTriples(registry, ["*-lab-*"]);
  expect(others).toEqual([]);
  expect(placeOfTarget(registry, target!)).toMatchObject({ name: triple, arch: "aarch64", bits: 64, libc: "musl", cpu: "cortex-a53" });
  expect(await listLine("targets", triple)).toMatch(`${triple} linux-arm64-lab musl cortex-a53 `);
});

test("a Node that deploys send", () => {
  const triple = "aarch64-lab-linux-gnu";
  const nodes = [{ toolchain: "node-aarch64-glibc" }, { toolchain: "node-lab" }];
  add("triples", triple, "aarch64-unknown-linux-gnu", { nodes });
  expect(() => loadRegistry(folder)).toThrow(/it names node-lab, but there is no toolchains\/node-lab\.json/);
  add("toolchains", "node-lab", "node-aarch64-glibc", { version: "30.1.2" });
  const registry = loadRegistry(folder);
  const [target] = selectTriples(registry, [triple]);
  expect(selectRuntime("node@30", target!, registry)).toMatchObject({ kind: "node", node: { id: "node-lab" } });
  expect(selectRuntime("node", target!, registry)).toMatchObject({ node: { id: "node-aarch64-glibc" } });
});

const RISCV = "riscv64-unknown-linux-musl";

/** An architecture, with a CPU, a sysroot and a target. */
function addArchitecture(target: Data = {}): void {
  add("architectures", "riscv64", "x86_64", {
    name: "64-bit RISC-V",
    node: "riscv64",
    debian: ["riscv64"],
    zigFamily: "riscv",
    features: { v: { words: [["v"]] } },
  });
  add("cpus", "rva23", "x86-64", { name: "RVA23", arch: "riscv64", features: ["v"] });
  add("toolchains", "sysroot-riscv64-musl", "sysroot-aarch64-musl", {});
  add("triples", RISCV, "aarch64-unknown-linux-musl", {
    arch: "riscv64",
    cpu: { lowest: "rva23", rustc: "generic-rv64", zig: "generic_rv64" },
    zigTarget: "riscv64-linux-musl",
    napiPlatform: "linux-riscv64-musl",
    npm: { os: "linux", cpu: "riscv64", libc: "musl" },
    openwrt: [],
    smoke: [{ kind: "host", cpu: "rv64", sysroot: "sysroot-riscv64-musl" }],
    ...target,
  });
}

test("an architecture, with a CPU and a target", async () => {
  addArchitecture();
  const registry = loadRegistry(folder);
  const [target, ...others] = selectTriples(registry, ["riscv64-*"]);
  expect(others).toEqual([]);
  const place = { name: RISCV, arch: "riscv64", bits: 64, libc: "musl", cpu: "rva23", features: ["v"], pageSize: 4096 };
  expect(placeOfTarget(registry, target!)).toMatchObject(place);
  expect(await listLine("targets", RISCV)).toBe(`${RISCV} linux-riscv64-musl musl rva23 host on rv64`);
  expect(await listLine("cpus", "rva23")).toBe("rva23 riscv64 RVA23 v");
});

test.each<[string, () => void, file: string, message: RegExp]>([
  ["a CPU of an unknown architecture", () => add("cpus", "rva23", "x86-64", { arch: "riscv64" }), "cpus/rva23.json", /riscv64/],
  [
    "a target of an unknown architecture",
    () => add("triples", RISCV, "aarch64-unknown-linux-musl", { arch: "riscv64" }),
    `triples/${RISCV}.json`,
    /riscv64/,
  ],
  [
    "a target with npm's name of another architecture",
    () => addArchitecture({ npm: { os: "linux", cpu: "arm64", libc: "musl" } }),
    `triples/${RISCV}.json`,
    /npm\.cpu.*arm64.*riscv64/,
  ],
  [
    "a target with Debian's name of another architecture",
    () => addArchitecture({ debian: { architecture: "arm64" } }),
    `triples/${RISCV}.json`,
    /debian\.architecture.*arm64.*riscv64/,
  ],
  [
    "a target whose lowest CPU has another architecture",
    () => addArchitecture({ cpu: { lowest: "cortex-a53", rustc: "generic", zig: "generic" } }),
    `triples/${RISCV}.json`,
    /cortex-a53/,
  ],
  [
    "a board of an unknown target",
    () => addBoard({ memory: sizes, systems: [{ system: "debian-trixie", target: RISCV }] }),
    "boards/lab-board.json",
    new RegExp(RISCV),
  ],
  [
    "a board with an unknown system",
    () => addBoard({ memory: sizes, systems: [{ system: "beos", target: RISCV }] }),
    "boards/lab-board.json",
    /beos/,
  ],
  [
    "a system of an unknown target",
    () => add("systems", "lab-os", "debian-trixie", { targets: [RISCV] }),
    "systems/lab-os.json",
    /riscv64/,
  ],
  [
    "a system with the C library of another target",
    () => add("systems", "lab-os", "debian-trixie", { libc: "musl" }),
    "systems/lab-os.json",
    /libc is musl.*has glibc/,
  ],
  [
    "a system with unknown libraries",
    () => add("systems", "lab-os", "debian-trixie", { libraries: "beos" }),
    "systems/lab-os.json",
    /beos/,
  ],
  ["libraries with an unknown base", () => add("libraries", "lab-os", "alpine-3.22", { base: "beos" }), "libraries/lab-os.json", /beos/],
  [
    "libraries whose base has a base",
    () => add("libraries", "lab-os", "alpine-3.22", { base: "alpine-3.21" }),
    "libraries/lab-os.json",
    /base of its own/,
  ],
  ["a board with an unknown CPU", () => addBoard({ memory: sizes, cpu: "rva23" }), "boards/lab-board.json", /rva23/],
])("%s is an error that names the file", (_name, write, file, message) => {
  write();
  expect(() => loadRegistry(folder)).toThrow(
    expect.objectContaining({
      code: "BAD_DATA",
      exit: "usage",
      message: expect.stringMatching(message),
      details: expect.objectContaining({ place: expect.stringMatching(new RegExp(`/${file}$`)) }),
    }),
  );
});
