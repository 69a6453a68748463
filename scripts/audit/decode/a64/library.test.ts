// Libraries that choose at run time, and what their code is, in small AArch64 files that zig compiles.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileShared } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import { decodeA64 } from "./decode.ts";

type Uses = Record<string, [count: number, guarded: number, dispatched: number]>;

function usesOf(source: string, flags: string[] = []): Uses {
  const file = compileShared(source, "aarch64-linux-musl", ["-nostdlib", "-O2", ...flags]);
  const { features } = decodeA64(inspectElf(readFileSync(file), file));
  return Object.fromEntries(Object.entries(features).map(([name, { count, guarded, dispatched }]) => [name, [count, guarded, dispatched]]));
}

const crowd = Array.from({ length: 30 }, (_, index) => `__attribute__((noinline)) int f${index}(int x) { return x * ${index} + 1; }`).join(
  "\n",
);
const crc = (before: string) => `unsigned long getauxval(unsigned long); unsigned other(unsigned x) { return x + 1; }
__attribute__((target("crc"), noinline)) ${before} unsigned withCrc(unsigned x) { return __builtin_arm_crc32w(x, x); } ${crowd}`;
const ask = (bit: number, which = 16) =>
  `int has; __attribute__((constructor)) static void ask(void) { has = getauxval(${which}) >> ${bit} & 1; }`;
const table = "typedef unsigned (*fn)(unsigned); fn const table[] = { other, withCrc }; unsigned choose(int i) { return table[i](1); }";
const open: Uses = { crc32: [1, 0, 0] };
const dispatched: Uses = { crc32: [1, 0, 1] };

describe("exported functions of a library that asks for another feature", () => {
  test("one that nothing in the library uses is an entry", () => {
    expect(usesOf(`${crc("")} ${ask(20)}`)).toEqual(open);
  });

  test.each([
    ["in a table", `${crc("")} ${table}`],
    ["whose address the code computes", `${crc("")} void *volatile place; void choose(void) { place = withCrc; }`],
    ["that is a copy of an inline function", crc("__attribute__((weak))")],
  ])("one %s is not", (_name, source) => {
    expect(usesOf(`${source} ${ask(20)}`)).toEqual(dispatched);
    // Without a query there is no choice.
    expect(usesOf(source)).toEqual(open);
  });

  test("one that an exported function calls is reached from there", () => {
    expect(usesOf(`${crc("")} ${ask(20)} unsigned outer(unsigned x) { return withCrc(x) + 1; }`)).toEqual(open);
  });
});

describe("queries", () => {
  test("a library that asks for the feature itself leaves the choice to its user", () => {
    expect(usesOf(`${crc("")} ${ask(7)}`)).toEqual(dispatched);
    // Bit 7 of AT_HWCAP2 is another feature.
    expect(usesOf(`${crc("")} ${ask(7, 26)}`)).toEqual(open);
    const called = "__attribute__((constructor)) static void run(void) { has = withCrc(has); }";
    expect(usesOf(`${crc("")} ${ask(7)} ${called}`)).toEqual(open);
  });

  test("a function that passes its argument on to getauxval", () => {
    const wrapper = "__attribute__((noinline)) static unsigned long system(unsigned long which) { return getauxval(which); }";
    const caller = (which: number) =>
      `int has; __attribute__((constructor)) static void ask(void) { has = system(${which}) >> 20 & 1; } unsigned long page(void) { return system(6); }`;
    expect(usesOf(`${crc("static")} ${table} ${wrapper} ${caller(16)}`)).toEqual(dispatched);
    expect(usesOf(`${crc("static")} ${table} ${wrapper} ${caller(51)}`)).toEqual(open);
  });

  test("FFmpeg's libraries ask libavutil", () => {
    const source = (name: string) => `${crc("static")} ${table} int ${name}(void); int has(void) { return ${name}() >> 3 & 1; }`;
    expect(usesOf(source("av_get_cpu_flags"))).toEqual(dispatched);
    expect(usesOf(source("av_get_other"))).toEqual(open);
  });
});

test("libsodium's choice, in a file with symbols that never asks", () => {
  const source = (name: string) =>
    `${crc("static")} ${table} __attribute__((noinline, visibility("hidden"))) int ${name}(void) { __asm__ volatile(""); return 0; } int has(void) { return ${name}() + 1; }`;
  expect(usesOf(source("sodium_runtime_has_armcrypto"), ["-g"])).toEqual(dispatched);
  expect(usesOf(source("sodium_runtime_has_armcrypto"))).toEqual(open);
  expect(usesOf(source("sodium_runtime_other"), ["-g"])).toEqual(open);
});

/** An exported function in assembler, with other lines behind it. */
function assembly(...lines: string[]): Uses {
  return usesOf(["", ".arch armv8.5-a+lse+sve+crc+memtag", ".text", ".globl run", ".type run, %function", "run:", ...lines, ""].join("\n"));
}

describe("words of assembler code", () => {
  // A word that reads as CRC32W; PTRUE.
  const [hit, sve] = [".inst 0x1ac04800", ".inst 0x2518e3e0"];

  test("a table behind a function is data if a word of it is no instruction or branches out of the code", () => {
    expect(assembly("ret", `${hit}\n${sve}`, ".inst 0x06123456")).toEqual({});
    expect(assembly("ret", `${hit}\n${sve}`, "b . + 0x4000000")).toEqual({});
    expect(assembly("ret", `${hit}\n${sve}`, "ret")).toEqual({ crc32: [1, 0, 0], sve: [1, 0, 0] });
  });

  test("such a word behind a call does not make data of the code before", () => {
    expect(assembly(hit, "bl abort", ".inst 0x06123456")).toEqual({ crc32: [1, 0, 0] });
    expect(assembly("cbz x0, 1f", "ret", `1: ${hit}`, "bl abort", ".inst 0x06123456")).toEqual({ crc32: [1, 0, 0] });
  });

  test("code to which nothing leads is not reached, in a file that asks for features", () => {
    const query = ["stp x29, x30, [sp, #-16]!", "mov x0, #16", "bl getauxval", "tbnz w0, #20, 1f", "1: ldp x29, x30, [sp], #16"];
    const crowded = Array.from({ length: 20 }, (_, index) => `.globl g${index}\n.type g${index}, %function\ng${index}: ret`);
    expect(assembly(...query, "ret", hit, "ret", ...crowded)).toEqual(dispatched);
    expect(assembly(...query, hit, "ret", ...crowded)).toEqual(open);
  });
});

test("libgcc's loop over tagged stacks counts as guarded, in the form with a copy before the loop", () => {
  const step = (branch: string) => `stg x0, [x0]\nadd x0, x0, #16\ncmp x0, x24\n${branch}`;
  expect(assembly(`1: ${step("b.hs 2f")}`, step("b.lo 1b"), "2: ret")).toEqual({ mte: [2, 2, 0] });
  expect(assembly(`1: ${step("b.hs 2f")}`, step("b.ne 1b"), "2: ret")).toEqual({ mte: [2, 0, 0] });
  expect(assembly(step("b.hs 2f"), step("b.lo 2f"), "2: ret")).toEqual({ mte: [2, 0, 0] });
});

test("a flag of outline atomics in any register, which a function behind a test sets", () => {
  const atomic = "adrp x8, flag\nldrb w8, [x8, :lo12:flag]\ncbz w8, 1f\nldaddal w0, w0, [x1]\n1: ret";
  const enable = ".type enable, %function\nenable: adrp x8, flag\nmov w9, #1\nstrb w9, [x8, :lo12:flag]\nret";
  const start = (branch: string) =>
    `.globl start\n.type start, %function\nstart: stp x29, x30, [sp, #-16]!\nmov x0, #16\nbl getauxval\n${branch}\nbl enable\n2: ldp x29, x30, [sp], #16\nret`;
  const flag = ".hidden flag\n.bss\nflag: .zero 1";
  expect(assembly(atomic, enable, start("tbz w0, #8, 2f"), flag)).toEqual({ lse: [1, 1, 0] });
  expect(assembly(atomic, enable, start("tbz w1, #8, 2f"), flag).lse?.[1]).toBe(0);
});

test("a flag that is a constant: what runs with it never runs if it is 0", () => {
  const read =
    "adrp x14, flag\nldrb w14, [x14, :lo12:flag]\ncbz w14, 1f\nldaddal w0, w0, [x1]\nadd x0, x0, x1\nldaddal w0, w0, [x1]\n1: ret";
  const flag = (section: string, value: number) => `.hidden flag\n${section}\nflag: .byte ${value}`;
  expect(assembly(read, flag(".section .rodata", 0))).toEqual({ lse: [2, 2, 0] });
  expect(assembly(read, flag(".section .rodata", 1))).toEqual({ lse: [2, 0, 0] });
  const sme = read.replaceAll("ldaddal w0, w0, [x1]", ".inst 0x04305a10");
  expect(assembly(sme, flag(".section .rodata", 0))).toEqual({ sve: [2, 2, 0] });
  expect(assembly(sme, flag(".data", 0))).toEqual({ sve: [2, 0, 0] });
});
