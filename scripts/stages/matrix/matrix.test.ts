import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readProject, type Project } from "../../model/project.ts";
import { selectTriples } from "../../model/registry.ts";
import { checkMatrix } from "./check.ts";
import { makeMatrix } from "./matrix.ts";
import { loadRegistry } from "../../model/read-registry.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "boardkit-matrix-"));
  cpSync(join(packageRoot, "targets"), join(folder, "targets"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Changes a data file of the copy of targets/. */
function change(file: string, edit: (value: any) => void): void {
  const path = join(folder, "targets", `${file}.json`);
  const value = JSON.parse(readFileSync(path, "utf8")) as unknown;
  edit(value);
  writeFileSync(path, JSON.stringify(value));
}

function project(packageJson: object = {}): Project {
  const manifest = { name: "@me/thing", version: "1.2.3", napi: { binaryName: "thing" }, ...packageJson };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "Cargo.toml"), "");
  return readProject(folder);
}

const load = () => loadRegistry(join(folder, "targets"));

/** `matrix --check` of a project with the copy of targets/. */
function check(patterns: string[] = [], packageJson: object = {}, tag?: string): void {
  const registry = load();
  checkMatrix(registry, project(packageJson), selectTriples(registry, patterns), tag);
}

function errorOf(work: () => void): BoardkitError {
  try {
    work();
  } catch (error) {
    return error as BoardkitError;
  }
  throw new Error("nothing was thrown");
}

const own = readProject(packageRoot);
const musl = "armv7-unknown-linux-musleabihf";

test("this repo's matrix passes its check, each target is built and run, and all supported boards are booted, each machine once", () => {
  const registry = loadRegistry();
  const targets = selectTriples(registry, []);
  checkMatrix(registry, own, targets, `v${own.version}`);
  const { build, smoke, boards } = makeMatrix(registry, own, targets);
  const names = targets.map(({ triple }) => triple);
  expect(build.include.map(({ target }) => target)).toEqual(names);
  expect(smoke.include.map(({ target }) => target)).toEqual(names);
  expect(smoke.include.filter(({ runs }) => runs === "")).toEqual([]);
  const booted = boards.include.flatMap((entry) => entry.boards.split(" "));
  const supported = [...registry.boards.values()].flatMap(({ why, like, memory }) => (why || like ? [] : memory.map(({ id }) => id)));
  expect(booted.toSorted()).toEqual(supported.toSorted());
});

test("a run has its Node and CPU; Rust tests, which are no part of the shipped file, are left out", () => {
  const registry = load();
  const [target] = selectTriples(registry, [musl]);
  const runs = (packageJson: object) => makeMatrix(registry, project(packageJson), target ? [target] : []).smoke.include[0]?.runs;
  expect(runs({ boardkit: { tests: ["thing"] } })).toBe("host on cortex-a7");
  expect(runs({})).toBe("host on cortex-a7");
  const gnu = selectTriples(registry, ["armv7-*-gnueabihf"]);
  expect(makeMatrix(registry, project(), gnu).smoke.include[0]?.runs).toMatch(/^Node \d+\.\d+\.\d+ on cortex-a7$/);
  const both = makeMatrix(registry, project({ boardkit: { runtimes: ["bun", "deno"] } }), selectTriples(registry, ["aarch64-*-musl"]));
  expect(both.smoke.include[0]?.runs).toMatch(/^Node [\d.]+ on cortex-a53, Bun [\d.]+ on cortex-a53$/);
});

test("the check fails when a target's smoke is removed, and names its file", () => {
  change(`triples/${musl}`, (value) => delete value.smoke);
  const error = errorOf(() => check());
  expect(error.message).toMatch(/smoke: nothing would run the addon of this target/);
  expect(error.details.place).toMatch(new RegExp(`triples/${musl}.json$`));
  change(`triples/${musl}`, (value) => (value.smoke = []));
  expect(errorOf(() => check()).message).toMatch(/smoke: nothing would run/);
});

test("the check fails when the only possible run of a project is removed", () => {
  const triple = "arm-unknown-linux-musleabihf";
  check([triple]);
  change(`triples/${triple}`, (value) => (value.smoke = value.smoke.filter(({ kind }: { kind: string }) => kind === "tests")));
  const error = errorOf(() => check([triple]));
  expect(error.code).toBe("TARGET_NOT_RUN");
  expect(error.message).toMatch(/arm-unknown-linux-musleabihf is shipped, but nothing runs it.*its smoke runs are Rust tests alone/);
  expect(error.details.fix).toMatch(/targets\/triples\/arm-unknown-linux-musleabihf.json/);
  expect(errorOf(() => check([triple], { boardkit: { tests: ["thing"] } })).code).toBe("TARGET_NOT_RUN");
});

test("a smoke run must not require a Node that is not published for the target: armv7 with Node 24", () => {
  change("toolchains/node-armv7-glibc", (value) => (value.version = "24.1.0"));
  const error = errorOf(() => check(["armv7-*-gnueabihf"]));
  expect(error.code).toBe("NODE_IMPOSSIBLE");
  expect(error.message).toMatch(/smoke of armv7-unknown-linux-gnueabihf requires Node 24.1.0, but Node 24 and newer are not published/);
  expect(error.details.fix).toBe("pin a Node below 24 in targets/toolchains/node-armv7-glibc.json");
});

test("a board must not require such a Node", () => {
  change("boards/pi-2", (value) => (value.systems[0].node = "24"));
  expect(errorOf(() => check()).message).toMatch(/the board pi-2 of armv7-unknown-linux-gnueabihf requires Node 24/);
});

test("neither must a board with another of its systems", () => {
  change("boards/pi-3", (value) => (value.systems.find(({ system }: { system: string }) => system === "raspios-trixie-32").node = "24"));
  expect(errorOf(() => check()).message).toMatch(/the board pi-3@raspios-trixie-32 of armv7-unknown-linux-gnueabihf requires Node 24/);
});

test("a package must not require such a Node", () => {
  const error = errorOf(() => check(["armv7-*-gnueabihf"], { engines: { node: ">=24.3" } }));
  expect(error.code).toBe("NODE_IMPOSSIBLE");
  expect(error.message).toMatch(/@me\/thing requires Node >=24.3 on armv7/);
  check(["aarch64-*"], { engines: { node: ">=24.3" } });
  check(["armv7-*"], { engines: { node: "^20 || >=24" } });
  expect(errorOf(() => check([], { engines: { node: "new" } })).message).toMatch(/engines.node is new, which is not a version range/);
});

test("one error lists all faults", () => {
  change("boards/pi-2", (value) => (value.systems[0].node = "24"));
  change("toolchains/node-armv7-glibc", (value) => (value.version = "26.0.0"));
  const { code, message } = errorOf(() => check(["armv7-*-gnueabihf"], {}, "v1.2.4"));
  expect(code).toBe("MATRIX_UNFIT");
  expect(message).toMatch(/3 faults:[^]*Node 26.0.0[^]*pi-2[^]*the tag is v1.2.4, and @me\/thing has version 1.2.3/);
});

test("the key of caches changes with the pin of a toolchain, and only then", () => {
  const key = () => makeMatrix(load(), project(), selectTriples(load(), [])).cache;
  const before = key();
  expect(before).toMatch(/^[0-9a-f]{12}$/);
  change("boards/pi-2", (value) => (value.name = "Another"));
  expect(key()).toBe(before);
  change("toolchains/zig", (value) => (value.version = "0.0.1"));
  expect(key()).not.toBe(before);
});

test("a board that cannot be booted is left out", () => {
  const boards = () => makeMatrix(load(), project(), selectTriples(load(), ["armv7-*-gnueabihf"])).boards.include[0]?.boards;
  expect(boards()).toBe("beaglebone-black pi-2");
  change("boards/pi-2", (value) => Object.assign(value, { why: "it is broken", machine: undefined }));
  expect(boards()).toBe("beaglebone-black");
});

test("a project chooses the boards that are booted, among those of its targets", () => {
  const registry = load();
  const boards = (names: string[], patterns: string[] = [], targets: string[] = []) => {
    const packageJson = { boardkit: { boards: names }, napi: { binaryName: "thing", targets } };
    return makeMatrix(registry, project(packageJson), selectTriples(registry, patterns)).boards.include;
  };
  expect(boards(["pi-2", "openwrt-filogic"])).toEqual([
    { target: "aarch64-unknown-linux-musl", boards: "filogic-256 filogic-512" },
    { target: "armv7-unknown-linux-gnueabihf", boards: "pi-2" },
  ]);
  expect(boards([])).toEqual([]);
  expect(() => boards(["pi-9"])).toThrow(/unknown board pi-9/);
  expect(() => boards(["bcm53xx-256"])).toThrow(/boardkit.boards names bcm53xx-256, which cannot be booted: .*no VFP/);
  expect(boards(["pi-2", "pi-3"], ["aarch64-*"])).toEqual([{ target: "aarch64-unknown-linux-gnu", boards: "pi-3" }]);
  const message = /pi-2, but its target armv7-unknown-linux-gnueabihf is not one of the project/;
  expect(() => boards(["pi-2"], [], ["aarch64-unknown-linux-gnu"])).toThrow(message);
});
