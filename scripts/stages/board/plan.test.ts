import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readProject } from "../../model/project.ts";
import type { AuditedManifest } from "../../model/report/manifest.ts";
import { selectProfile, selectSizes, selectTriples } from "../../model/registry.ts";
import { planBoard, type BoardOptions } from "./plan.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const folder = mkdtempSync(join(tmpdir(), "boardkit-board-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = {
  "package.json": JSON.stringify({
    boardkit: { addon: "bind/node", smoke: "bind/node/test/smoke.mjs", smokeInputs: ["cases"], profileVariable: "X_PROFILE" },
  }),
  "bind/node/package.json": JSON.stringify({ type: "module", napi: { binaryName: "x" } }),
  "bind/node/Cargo.toml": "",
  "bind/node/test/smoke.mjs": "",
  "cases/a.json": "{}",
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function plan(id: string, options: BoardOptions = {}) {
  const [sized] = selectSizes(registry, [id]);
  if (!sized?.board.machine) throw new Error(`${id} cannot be booted`);
  const target = selectTriples(registry, [sized.board.target])[0]!;
  const manifest = { target, artifact: { file: "x.node" } } as AuditedManifest;
  return planBoard(
    registry,
    readProject(folder),
    sized,
    sized.board.machine,
    { manifest, dist: join(folder, "dist", target.triple) },
    options,
  );
}

test("a board with a Node of its target runs the smoke script after Node alone and the addon alone", () => {
  const { programs, environment, runtime, cpu } = plan("filogic-256");
  expect([runtime.node?.id, runtime.standsIn, cpu]).toEqual(["node-aarch64-musl", undefined, "cortex-a53"]);
  expect(programs.map(({ name, argv }) => [name, argv.at(-1)])).toEqual([
    ["control", "console.log(process.version)"],
    ["addon", "/job/load.cjs"],
    ["smoke", "/job/project/bind/node/test/smoke.mjs"],
  ]);
  expect(environment).toMatchObject({ BOARDKIT_ADDON: "/job/x.node", LD_LIBRARY_PATH: "/lib/node" });
});

test("files keep their paths in the project, with the package.json files that set the type of modules", () => {
  const places = Object.keys(plan("pi-3").files).toSorted();
  expect(places).toEqual([
    "load.cjs",
    "memory.cjs",
    "project/bind/node/package.json",
    "project/bind/node/test/smoke.mjs",
    "project/cases",
    "project/package.json",
    "x.node",
  ]);
});

test("a script outside the project replaces the project's", () => {
  const { programs, files: own } = plan("pi-3", { script: "/elsewhere/try.mjs" });
  expect(programs.at(-1)?.argv.at(-1)).toBe("/job/script/try.mjs");
  expect(own["script/try.mjs"]).toBe("/elsewhere/try.mjs");
});

test.each([
  ["ipq40xx-128", /no Node for armv7 musl/],
  ["pi-zero-w", /musl with the names of glibc/],
])("%s has no Node for its CPU: the host runs as a stand-in", (id, standsIn) => {
  const { runtime, programs, files: own } = plan(id);
  expect(runtime.kind).toBe("host");
  expect(runtime.standsIn).toMatch(standsIn);
  expect(programs.map(({ argv }) => argv)).toEqual([
    ["/job/host", "--force-node-api-uncaught-exceptions-policy", "--require", "/job/memory.cjs", "--eval", "console.log(process.version)"],
    ["/job/host", "--force-node-api-uncaught-exceptions-policy", "--require", "/job/memory.cjs", "/job/load.cjs"],
    ["/job/host", "--force-node-api-uncaught-exceptions-policy", "--require", "/job/memory.cjs", "/job/project/bind/node/test/smoke.mjs"],
  ]);
  expect(own.host).toMatch(/smoke\/host$/);
});

test("a plan has QEMU's name of the CPU, and the kernel with the board's page size", () => {
  expect(plan("x86-64-mini").cpu).toBe("qemu64");
  expect(plan("pi-5").kernel.id).toBe("kernel-aarch64-16k");
});

test("memory that is known to be too little is refused before booting, except with anyMemory", () => {
  expect(() => plan("pi-3", { memory: 32 })).toThrow(
    expect.objectContaining({
      code: "RAM_UNFIT",
      exit: "usage",
      message: expect.stringMatching(/32 MiB for pi-3 is too little: nothing starts below \d+ MiB/),
    }),
  );
  expect(plan("pi-3", { memory: 32, anyMemory: true }).sized.ramMiB).toBe(32);
  expect(() => plan("pi-zero-w", { memory: 1024 })).toThrow(/1024 MiB for pi-zero-w is more than raspi0 has, 512 MiB/);
});

test("a profile sets the project's variable for the addon, and Node's flags", () => {
  const profile = selectProfile(registry, "small");
  const { programs, environment } = plan("filogic-256", { profile });
  expect(environment.X_PROFILE).toBe("small");
  for (const { argv } of programs) expect(argv).toEqual(expect.arrayContaining(profile.v8Flags));
  expect(plan("filogic-256").environment).not.toHaveProperty("X_PROFILE");
});
