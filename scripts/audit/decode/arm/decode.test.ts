// Compiled twins, stripped: with and without the instruction.
import { describe, expect, test } from "vitest";
import { assemble, ATOMIC, compile, counts, decode, V6, V7 } from "../../../checks/fixtures/arm-code.ts";
import { matchArm, matchWide } from "./table.ts";

describe("code for one processor and for the one below it", () => {
  test("ARMv7 has MOVW, MOVT and DMB; ARMv6 code needs no feature", () => {
    expect(counts(compile(ATOMIC, V7))).toEqual({ v6t2: expect.any(Number), v7: 2 });
    const old = decode(compile(ATOMIC, V6));
    expect(old.features).toEqual({});
    expect(old.codeBytes).toBeGreaterThan(40);
    expect(old.unclassifiedBytes).toBe(0);
  });

  test("Thumb-2 is v6t2; the Thumb of ARMv6 needs no feature", () => {
    const source = "int other(int); int run(int *p, int n) { return other(p[n * 5] / 3) + 0x12345; }";
    expect(decode(compile(source, V7, { thumb: true })).features.v6t2?.places).toContainEqual({
      address: expect.any(Number),
      instruction: "a 32-bit Thumb encoding",
    });
    const old = decode(compile(source, V6, { thumb: true }));
    expect(old.features).toEqual({});
    expect(old.codeBytes).toBeGreaterThan(20);
  });

  test("SDIV and UDIV, in both instruction sets", () => {
    const source = "int run(int a, int b) { return a / b; } unsigned run2(unsigned a, unsigned b) { return a / b; }";
    expect(counts(compile(source, "cortex_a7")).idiv).toBe(2);
    expect(counts(compile(source, "cortex_a7", { thumb: true })).idiv).toBe(2);
    expect(counts(compile(source, V7))).not.toHaveProperty("idiv");
  });

  test("NEON, in both instruction sets", () => {
    const source = "void run(int *a, int *b) { for (int i = 0; i < 64; i++) a[i] += b[i]; }";
    for (const thumb of [false, true]) {
      expect(counts(compile(source, "cortex_a9", { thumb })).neon).toBeGreaterThan(2);
      expect(counts(compile(source, V7, { thumb }))).not.toHaveProperty("neon");
    }
  });

  test("VFMA is vfp4", () => {
    const source = "double run(double a, double b, double c) { return __builtin_fma(a, b, c); }";
    expect(counts(compile(source, "cortex_a7")).vfp4).toBe(1);
    expect(counts(compile(source, V7))).toEqual({});
  });
});

describe("single instructions", () => {
  test("registers from d16 on are vfp3-d32", () => {
    const code = (register: number) => `.fpu vfpv3\nvldr d${register}, [r0]\nvadd.f64 d0, d0, d${register}\nbx lr`;
    expect(counts(assemble(code(16), V7))).toEqual({ "vfp3-d32": 2 });
    expect(counts(assemble(code(15), V7))).toEqual({});
    expect(counts(assemble(".fpu vfpv3\nvldmia r0, {d14-d17}\nbx lr", V7))).toEqual({ "vfp3-d32": 1 });
    expect(counts(assemble(".fpu vfpv3\nvldmia r0, {d12-d15}\nbx lr", V7))).toEqual({});
  });

  test("the unwinder's routines for d16 to d31 count as guarded, the same load elsewhere does not", () => {
    const uses = (body: string) => decode(assemble(body, V7)).features["vfp3-d32"];
    expect(uses(".inst 0xecd00b20\nbx lr")).toMatchObject({ count: 1, guarded: 1 });
    expect(uses(".inst 0xecd00b20\nadd r0, r0, #1\nbx lr")).toMatchObject({ count: 1, guarded: 0 });
  });

  test("VMAXNM is v8, with the place and the encoding's name", () => {
    const code = (inst: string) => `${inst}\nbx lr`;
    const use = decode(assemble(code(".inst 0xfe800a00"), V7)).features.v8;
    expect(use).toMatchObject({ count: 1, guarded: 0, places: [{ instruction: "VMAXNM/VMINNM" }] });
    expect(counts(assemble(code("vadd.f32 s0, s0, s0"), V7))).toEqual({});
    expect(counts(assemble(".inst.w 0xfe800a00\nbx lr", V7, ".thumb")).v8).toBe(1);
  });

  test("rows that differ in a bit", () => {
    const names = (word: number) => matchArm(word).map((row) => row[2]);
    expect(names(0xe6ff0f30)).toEqual(["v6t2"]); // RBIT
    expect(names(0xe6bf0f30)).toEqual([]); // REV
    expect(names(0xf57ff01f)).toEqual([]); // CLREX, ARMv6K
    expect(names(0xe1d00f9f)).toEqual([]); // LDREXB, ARMv6K
    expect(names(0xe1d00c9f)).toEqual(["v8"]); // LDAB
    expect(names(0xf3000d10)).toEqual(["neon"]); // 1111 is not a condition: not MOVW
    expect(names(0xf2000c10)).toEqual(["neon", "vfp4"]);
    expect(names(0xf3b00300)).toEqual(["neon", "v8-crypto"]);
    expect(names(0xe1000042)).toEqual(["crc32"]);
    expect(matchWide(0xf7ff, 0xfffe)).toEqual([]); // BL
    expect(matchWide(0xf3bf, 0x8f5f).map((row) => row[2])).toEqual(["v6t2", "v7"]);
  });
});
