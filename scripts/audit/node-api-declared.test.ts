// Addons of all architectures that zig compiles declare the version that their macro says.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../checks/fixtures/fixture.ts";
import { subjectOf } from "../checks/fixtures/subject.ts";
import { placesOf } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { inspectElf } from "./elf/facts.ts";
import { judge } from "./judge.ts";
import { declaredVersion } from "./node-api-declared.ts";

const TARGETS = ["aarch64-linux-gnu.2.17", "arm-linux-gnueabihf.2.17", "x86_64-linux-gnu.2.17"];
const read = (target: string, body: string, flags: string[] = []) => {
  const source = `int node_api_module_get_api_version_v1(void) { ${body} }`;
  const { file, dynamic } = inspectElf(readFileSync(compileShared(source, target, flags)), "x");
  return declaredVersion(file, dynamic);
};

test.each(TARGETS)("%s", (target) => {
  expect(read(target, "return 10;")).toBe(10);
  // NAPI_VERSION_EXPERIMENTAL
  expect(read(target, "return 2147483647;")).toBeUndefined();
  expect(read(target, "extern int choose(void); return choose();")).toBeUndefined();
});

test("Thumb code, and x86-64 with a frame and branch protection", () => {
  expect(read("arm-linux-gnueabihf.2.17", "return 9;", ["-mthumb"])).toBe(9);
  expect(read("x86_64-linux-gnu.2.17", "return 9;", ["-fno-omit-frame-pointer", "-fcf-protection=branch"])).toBe(9);
  expect(read("aarch64-linux-gnu.2.17", "return 9;", ["-mbranch-protection=bti"])).toBe(9);
});

test("Thumb code with the frame that GCC writes without optimization", () => {
  const name = "node_api_module_get_api_version_v1";
  const head = `.syntax unified\\n.thumb\\n.globl ${name}\\n.type ${name}, %function\\n.thumb_func\\n${name}:\\n`;
  const body = ["push {r7}", "movs r0, #10", "add r7, sp, #0", "mov sp, r7", "ldr r7, [sp], #4", "bx lr"].join("\\n");
  const source = `__asm__("${head}${body}\\n");\nint f(void) { return 1; }`;
  const { file, dynamic } = inspectElf(readFileSync(compileShared(source, "arm-linux-gnueabihf.2.17", ["-mcpu=generic+v7a"])), "x");
  expect(declaredVersion(file, dynamic)).toBe(10);
});

test("a version above that of the newest Node of the board is an error", () => {
  const [place] = placesOf(loadRegistry(), { board: "pi-2" });
  const found = (node: string) =>
    judge(subjectOf({}, { nodeApi: { ...subjectOf().nodeApi, declared: 10 } }), { ...place!, node }).map(({ message }) => message);
  expect(found("20")).toEqual(["it declares Node-API 10, which begins with Node 22.14; pi-2 has Node 20"]);
  expect(found("22")).toEqual([]);
});
