// Programs with the parts of a Go program that the audit reads, in assembler: settings, pcHeader and moduledata.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { inspectElf } from "../elf/facts.ts";
import type { CodeFacts } from "../report.ts";
import { decodeA64 } from "./a64/decode.ts";
import { decodeArm } from "./arm/decode.ts";
import { decodeX86 } from "./x86/decode.ts";

const arm64 = { target: "aarch64-linux-musl", word: ".quad", bytes: 8, quantum: 4, decode: decodeA64 };
const arm = { target: "arm-linux-musleabihf", word: ".long", bytes: 4, quantum: 4, decode: decodeArm };
const amd64 = { target: "x86_64-linux-musl", word: ".quad", bytes: 8, quantum: 1, decode: decodeX86 };

type Machine = Omit<typeof arm64, "decode"> & { decode: (elf: ReturnType<typeof inspectElf>) => CodeFacts };

/** Settings, and code of two functions of Go, then a function of C. */
type Parts = { settings: string; code: [first: string, second: string, foreign?: string]; header?: string };

function build({ target, word, bytes, quantum, decode }: Machine, { settings, code, header = "0xfffffff1" }: Parts): CodeFacts["features"] {
  const lines = [
    ".text\n.globl text\n.hidden text",
    `text: ${code[0]}\nsecond: ${code[1]}\netext: ${code[2] ?? "nop"}`,
    ".section .rodata",
    `.ascii "\\060\\167\\257\\014\\222\\164\\010\\002\\101\\341\\301\\007\\346\\326\\030\\346${settings}"`,
    '.ascii "\\371\\062\\103\\061\\206\\030\\040\\162\\000\\202\\102\\020\\101\\026\\330\\362"',
    `.p2align 4\nheader: .long ${header}\n.byte 0, 0, ${quantum}, ${bytes}\n.zero 64`,
    "table: .long 0, 0, second - text, 0, etext - text, 0",
    `.data\n.p2align 4\n${word} header\n.zero ${15 * bytes}\n${word} table, 3, 3\n.zero ${3 * bytes}\n${word} text, etext`,
  ];
  const file = compileShared(`${lines.join("\n")}\n`, target, ["-nostdlib", "-Wl,--no-gc-sections"]);
  return decode(inspectElf(readFileSync(file), "program")).features;
}

const settings = (arch: string, ...more: string[]) =>
  ["path\\tx", `build\\tGOARCH=${arch}`, ...more.map((line) => `build\\t${line}`)].join("\\n");
const summary = (features: CodeFacts["features"]) =>
  Object.fromEntries(Object.entries(features).map(([name, { count, dispatched }]) => [name, [count, dispatched]]));

const lse = ".arch armv8.2-a+sve\nldaddal w0, w0, [x1]\nret";
const sve = "ptrue p0.b\nret";

test.each([
  ["v8.0", { lse: [1, 1], sve: [1, 1] }],
  ["v8.0,lse", { lse: [1, 0], sve: [1, 1] }],
  ["v8.1", { lse: [1, 0], sve: [1, 1] }],
  ["v9.0", { lse: [1, 0], sve: [1, 0] }],
])("AArch64 code above GOARM64=%s is behind Go's tests, code at the level is not", (level, expected) => {
  expect(summary(build(arm64, { settings: settings("arm64", `GOARM64=${level}`), code: [lse, sve] }))).toEqual(expected);
});

test("without GOARM64, which older versions of Go do not know, the level is the lowest", () => {
  expect(summary(build(arm64, { settings: settings("arm64"), code: [lse, sve], header: "0xfffffff0" }))).toEqual({
    lse: [1, 1],
    sve: [1, 1],
  });
});

test("code of C in a Go program has no tests of Go, nor has a program that is not Go or for another architecture", () => {
  const level = settings("arm64", "GOARM64=v8.0");
  expect(summary(build(arm64, { settings: level, code: ["ret", "ret", lse] }))).toEqual({ lse: [1, 0] });
  expect(summary(build(arm64, { settings: level, code: [lse, sve], header: "0xfffffff7" }))).toEqual({ lse: [1, 0], sve: [1, 0] });
  expect(summary(build(arm64, { settings: settings("amd64"), code: [lse, sve] }))).toEqual({ lse: [1, 0], sve: [1, 0] });
});

test.each([
  ["6", { v7: [1, 1], neon: [1, 1] }],
  ["7", { v7: [1, 0], neon: [1, 1] }],
  ["7,softfloat", { v7: [1, 0], neon: [1, 1] }],
])("ARM code with GOARM=%s: only Go's table of functions leads to it", (level, expected) => {
  const code: Parts["code"] = [".arm\nbx lr", ".inst 0xf57ff05f\n.inst 0xf2000d40\nbx lr"];
  expect(summary(build(arm, { settings: settings("arm", `GOARM=${level}`), code }))).toEqual(expected);
});

test.each([
  ["v1", { v2: [1, 1], v3: [1, 1] }],
  ["v2", { v2: [1, 0], v3: [1, 1] }],
  ["v3", { v2: [1, 0], v3: [1, 0] }],
])("x86-64 code with GOAMD64=%s", (level, expected) => {
  const code: Parts["code"] = ["popcnt %rax, %rax\nret", "vpaddd %ymm0, %ymm0, %ymm0\nret"];
  expect(summary(build(amd64, { settings: settings("amd64", `GOAMD64=${level}`), code }))).toEqual(expected);
});
