import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageRoot } from "../lib/paths.ts";
import { loadRegistry, selectProfile, selectTriples } from "./registry.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "boardkit-"));
  cpSync(join(packageRoot, "targets"), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const armv7 = "armv7-unknown-linux-musleabihf";
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

test("a newcomer adds a target by adding one file", () => {
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

test("broken JSON is an error that names the file and where it breaks", () => {
  writeFileSync(pathOf(armv7), '{ "triple": ');
  expect(() => loadRegistry(folder)).toThrow(
    expect.objectContaining({ code: "BAD_DATA", message: expect.stringMatching(/not valid JSON.*JSON input/) }),
  );
});

test("the file's name is the id", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), triple: "armv7-other" }));
  expect(() => loadRegistry(folder)).toThrow(/"triple" is "armv7-other"; it must be the file's name/);
});

test("a musl target cannot declare a glibc floor, and a glibc target cannot go without", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), glibcFloor: "2.17" }));
  expect(() => loadRegistry(folder)).toThrow(/glibcFloor: a glibc target has a glibcFloor, and no other has one/);
});

test("a smoke run that names a toolchain file that is not there is an error", () => {
  writeFileSync(pathOf(armv7), JSON.stringify({ ...read(armv7), smoke: [{ kind: "probe", cpu: "cortex-a7", sysroot: "sysroot-gone" }] }));
  expect(() => loadRegistry(folder)).toThrow(/there is no toolchains\/sysroot-gone.json/);
});

test("targets are chosen by name and by glob; all if none is named", () => {
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
    expect.objectContaining({ code: "PROFILE_UNKNOWN", details: expect.objectContaining({ mend: expect.stringContaining("standard") }) }),
  );
});
