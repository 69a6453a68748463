// Code and data, A32 and T32 in stripped files.
import { describe, expect, test } from "vitest";
import { inspectElf } from "../../elf/facts.ts";
import { assemble, assembly, ATOMIC, compile, counts, decode, V6, V7 } from "../../../checks/fixtures/arm-code.ts";
import { guessStates } from "./guess.ts";
import { KIND } from "./image.ts";

// VADD.F32 in A32 and in T32.
const NEON = "0xf2000d40";
const NEON_T32 = "0xef000d40";

/** The guesses for functions in some words; `known` has KIND of each word. */
function guessed(starts: number[], words: number[], known: number[] = []): number[] {
  const halves = new Uint16Array(Uint32Array.from(words).buffer);
  const image = { base: 0, size: words.length * 4, halves, kinds: new Uint8Array(halves.length), leftOut: 0 };
  return guessStates(
    image,
    starts,
    Uint8Array.from(halves, (_, half) => known[half >> 1] ?? KIND.unknown),
  );
}

describe("constants", () => {
  test("a constant that looks like NEON does not count, the same word in code does", () => {
    expect(counts(assemble(`ldr r0, 1f\nbx lr\n1: .inst ${NEON}\nbx lr`, V6))).toEqual({});
    expect(counts(assemble(`cmp r0, #0\n.inst ${NEON}\nbx lr`, V6))).toEqual({ neon: 1 });
  });

  test("a constant after a call that does not return does not count, in both instruction sets", () => {
    const body = (inst: string, load: string) => `cmp r0, #0\nbne 2f\nbl other\n.p2align 2\n1: ${inst}\n2: ${load} r0, 1b\nbx lr`;
    expect(counts(assemble(body(`.inst ${NEON}`, "ldr"), V6))).toEqual({});
    expect(counts(assemble(body(`.inst.w ${NEON_T32}`, "ldr.w"), V7, ".thumb"))).toEqual({ v6t2: 1 });
  });

  test("a constant that looks like a branch is not followed", () => {
    // The walk meets it as code first: the load of it comes later.
    const body = `cmp r0, #0\nbne 2f\nbl other\n1: .inst 0xea000001\n2: ldr r0, 1b\nbx lr\n3: .inst ${NEON}\nbx lr`;
    expect(decode(assemble(body, V6))).toMatchObject({ features: {}, unclassifiedBytes: 8 });
  });

  test("a call to a place outside of the code ends the code, even without a load of that word", () => {
    // The offset -1,577,560 as a word reads as BL to before the first instruction.
    const body = (word: string) => `cmp r0, #0\nbne 2f\nbl other\n.inst.w ${word}\n.inst.w ${NEON_T32}\n2: bx lr`;
    expect(counts(assemble(body("0xf5a4fff3"), V7, ".thumb"))).toEqual({});
    expect(counts(assemble(body("0xf3af8000"), V7, ".thumb"))).toMatchObject({ neon: 1 });
  });

  test("mapping symbols have precedence", () => {
    // Nothing loads these two words; only $d marks them.
    const source = assembly(`b 2f\n1: .word ${NEON}, ${NEON}\n2: mov r0, #0\n.inst 0xfe800a00\nbx lr`);
    const facts = decode(compile(source, V6, { extension: "s", symbols: true }));
    expect(facts).toMatchObject({ features: { v8: { count: 1 } }, codeBytes: 16, unclassifiedBytes: 0 });
    expect(Object.keys(facts.features)).toEqual(["v8"]);
  });

  test("words that are not reached are unclassified and do not count", () => {
    const facts = decode(assemble(`bx lr\n.rept 20\n.word ${NEON}\n.endr`, V6));
    expect(facts).toMatchObject({ features: {}, unclassifiedBytes: 80 });
  });
});

describe("jump tables", () => {
  const bound = "cmp r0, #1\nbhi 2f\n";
  const words = "1: .word 2f - 1b\n.word 3f - 1b\n";
  const cases = (inst: string) => `2: bx lr\n3: ${inst}\nbx lr`;

  test("T32: a table at the address in a register, of unknown length, after other constants", () => {
    // SBC has 0 in the field that is the written register in other encodings.
    const body = (inst: string) =>
      `adr r0, 1f\nsbc r7, r2, #14\n4: tbh [r0, r1, lsl #1]\n.p2align 2\n.word ${NEON}\n` +
      `1: .short (2f - 4b - 4) / 2, (3f - 4b - 4) / 2\n${cases(inst)}`;
    expect(counts(assemble(body(`.inst.w ${NEON_T32}`), V7, ".thumb"))).toMatchObject({ neon: 1 });
    expect(counts(assemble(body("nop"), V7, ".thumb"))).not.toHaveProperty("neon");
  });

  test("T32: a comparison of the value from which the index is computed is not its bound", () => {
    const body =
      "cmp r0, #0\nit hi\nsubhi r1, r0, #2\nuxtb r0, r1\n4: tbb [pc, r0]\n" +
      `.byte (2f - 4b - 4) / 2, (3f - 4b - 4) / 2\n${cases(`.inst.w ${NEON_T32}`)}`;
    expect(counts(assemble(body, V7, ".thumb"))).toMatchObject({ neon: 1 });
  });

  test("A32: the cases are code, the table is not", () => {
    const body = (inst: string) => `${bound}adr r1, 1f\nldr r2, [r1, r0, lsl #2]\nadd pc, r1, r2\n${words}${cases(inst)}`;
    expect(decode(assemble(body(`.inst ${NEON}`), V6))).toMatchObject({ features: { neon: { count: 1 } }, unclassifiedBytes: 0 });
    expect(decode(assemble(body("nop"), V6))).toMatchObject({ features: {}, codeBytes: 32, unclassifiedBytes: 0 });
  });

  test("T32: a table of bytes, one of words, and a row of steps", () => {
    const bytes = `${bound}tbb [pc, r0]\n1: .byte (2f - 1b) / 2\n.byte (3f - 1b) / 2\n${cases("udiv r0, r0, r1")}`;
    expect(counts(assemble(bytes, "cortex_a7", ".thumb"))).toEqual({ v6t2: 2, idiv: 1 });
    const toThumb = words.replaceAll(" - 1b", " - 1b + 1");
    const load = `${bound}adr r1, 1f\nldr.w r2, [r1, r0, lsl #2]\nadd r1, r2\nbx r1\n.p2align 2\n`;
    expect(counts(assemble(`${load}${toThumb}${cases("udiv r0, r0, r1")}`, "cortex_a7", ".thumb")).idiv).toBe(1);
    const steps = "adr.w r2, 1f\nsub.w r2, r2, r0, lsl #2\nbx r2\nudiv r0, r0, r1\nudiv r0, r0, r1\n1: bx lr";
    expect(counts(assemble(steps, "cortex_a7", ".thumb")).idiv).toBe(2);
  });

  test("T32: a row of branches, of which only the last leads to a case", () => {
    const row = "adr.w r1, 1f\nadd.w r1, r1, r0, lsl #2\nmov pc, r1\n.p2align 2\n1: b.w 2f\nb.w 2f\nb.w 3f\n2: bx lr\n";
    expect(decode(assemble(`${row}3: udiv r0, r0, r1\nbx lr`, "cortex_a7", ".thumb"))).toMatchObject({
      features: { idiv: { count: 1 } },
      unclassifiedBytes: 0,
    });
  });

  test("a length that only the comparison contains", () => {
    // The first case is far after the table; the code between would be wrong entries.
    // The other comparison of the index is not with its bound.
    const body = `${bound}cmp r0, #0\nbeq 4f\ntbb [pc, r0]\n1: .byte (4f - 1b) / 2\n.byte (5f - 1b) / 2\n2: movs r1, #5\nmovs r2, #5\nbx lr\n4: movs r1, #3\nbx lr\n5: bx lr`;
    expect(decode(assemble(body, V7, ".thumb"))).toMatchObject({ features: { v6t2: { count: 1 } }, codeBytes: 24, unclassifiedBytes: 0 });
  });
});

test("an end inside an IT block is conditional, an end after it is not", () => {
  const body = `cmp r0, #0\nit eq\nbxeq lr\nudiv r0, r0, r1\nbx lr\n.inst.w ${NEON_T32}`;
  expect(counts(assemble(body, "cortex_a7", ".thumb"))).toEqual({ v6t2: 2, idiv: 1 });
});

describe("code without a branch to it", () => {
  test("a catch block, from the unwinder's tables", () => {
    const source = (inst: string) =>
      `void other(); extern "C" int run() { try { other(); } catch (...) { asm volatile("${inst}"); return 1; } return 0; }`;
    const build = (inst: string) => compile(source(inst), V6, { flags: ["-fexceptions"], extension: "cpp" });
    expect(counts(build(".inst 0xfe800a00"))).toEqual({ v8: 1 });
    expect(counts(build("nop"))).toEqual({});
  });

  test("a function in the unwind table only, which does not contain its instruction set", () => {
    const source =
      "__attribute__((used, aligned(4))) static int hidden(int a, int b) { return ((a / b) * 31 ^ (b * 5 + 7)) * (a - 12345) / (b | 3) * a; }";
    for (const thumb of [false, true]) {
      const facts = decode(compile(source, "cortex_a7", { thumb, flags: ["-funwind-tables", "-Wl,--no-gc-sections"] }));
      expect(facts).toMatchObject({ features: { idiv: { count: 2 } }, unclassifiedBytes: 0 });
    }
  });

  test("a function at an address that is not a multiple of 4 is Thumb, however short", () => {
    expect(guessed([0, 2], [])).toEqual([5]);
  });

  // BX LR of A32; LDR, MOVW and CMP of Thumb; Thumb whose second halfword branches; a constant.
  const [arm, thumb, branch, constant] = [0xe12fff1e, 0x42816800, 0xe7fe2000, 0x00012345];
  test.each([
    ["short, all words are unconditional A32", [arm, arm, arm], [], "arm"],
    ["short, no word is", [thumb, thumb, thumb], [], "thumb"],
    ["the first, before A32 code", [thumb], [KIND.unknown, KIND.arm], "thumb"],
    ["short, and only short ones on both sides", [branch], [], "arm"],
    ["short and mixed, alone", [thumb, branch, thumb], [], undefined],
    ["short and mixed, between Thumb code", [thumb, branch, thumb], [KIND.thumb, KIND.thumb], "thumb"],
    ["short and mixed, between A32 code", [arm, constant, arm], [KIND.arm, KIND.arm], "arm"],
    ["short and mixed, between both", [arm, constant, arm], [KIND.arm, KIND.thumb], undefined],
    ["short, against both sides", [branch], [KIND.thumb, KIND.thumb], undefined],
    ["long A32 with constants", [...Array(8).fill(arm), ...Array(4).fill(constant)], [], "arm"],
    ["long Thumb with branches", [...Array(9).fill(thumb), ...Array(2).fill(branch)], [], "thumb"],
    ["long and mixed", [...Array(6).fill(arm), ...Array(8).fill(thumb)], [KIND.arm, KIND.arm], undefined],
  ] as [string, number[], number[], "arm" | "thumb" | undefined][])(
    "the instruction set of a function: %s",
    (_name, words, sides, expected) => {
      const [before = KIND.unknown, after = KIND.unknown] = sides;
      // The functions on both sides are single zeros, whose instruction set is known or not.
      const start = 4;
      const all = guessed([0, start, start + words.length * 4], [0, ...words, 0], [before, ...words.map(() => KIND.unknown), after]);
      const own = all.filter((seed) => seed >> 1 === start);
      expect(own).toEqual(expected === undefined ? [] : [start * 2 + (expected === "thumb" ? 1 : 0)]);
    },
  );

  test("a short Thumb function that is the first of the code and only in the unwind table", () => {
    // With MOVS before, the first half of MOVW is the upper half of a word that reads as NEON in A32.
    const unwound = (name: string, body: string) => `${name}:\n.fnstart\n${body}\n.cantunwind\n.fnend\n`;
    const first = unwound("first", "movs r0, #1\nmovw r1, #0x345\ncmp r0, r1\nbx lr\n.p2align 2");
    const source = `.syntax unified\n.thumb\n.text\n.p2align 2\n${first}.globl run\n.type run, %function\n.thumb_func\n${unwound("run", "bx lr")}`;
    const facts = decode(compile(source, V7, { extension: "s", thumb: true, flags: ["-Wl,--no-gc-sections"] }));
    expect(facts).toMatchObject({ features: { v6t2: { count: 1 } }, unclassifiedBytes: 0 });
    expect(facts.features).not.toHaveProperty("neon");
  });

  test("a function whose address the code computes from a constant", () => {
    const body = `ldr r0, 1f\n2: add r0, pc, r0\nbx lr\n1: .word 3f - 2b - 8\n3: .inst ${NEON}\nbx lr`;
    expect(counts(assemble(body, V6))).toEqual({ neon: 1 });
  });

  test("a function without a reference, by the registers that it saves", () => {
    expect(counts(assemble(`bx lr\npush {r4, lr}\n.inst ${NEON}\npop {r4, pc}`, V6))).toEqual({ neon: 1 });
    expect(counts(assemble(`bx lr\npush {r4, lr}\n.inst.w ${NEON_T32}\npop {r4, pc}`, V6, ".thumb")).neon).toBe(1);
  });

  test("a pointer in the data, whose low bit means Thumb", () => {
    const hidden = (state: string) => `${state}\n.type hidden, %function\nhidden: udiv r0, r0, r1\nbx lr`;
    const file = (state: ".arm" | ".thumb") => `${assembly("bx lr")}${hidden(state)}\n.data\n.globl table\ntable: .word hidden\n`;
    for (const state of [".arm", ".thumb"] as const) expect(counts(compile(file(state), "cortex_a7", { extension: "s" })).idiv).toBe(1);
  });
});

test("without section headers the result is the same", () => {
  for (const [cpu, thumb] of [
    [V7, false],
    [V7, true],
    [V6, false],
  ] as const) {
    const bytes = compile(ATOMIC, cpu, { thumb });
    const bare = Buffer.from(bytes);
    bare.writeUInt32LE(0, 32);
    bare.writeUInt16LE(0, 48);
    expect(inspectElf(bare, "fixture").file.sections).toEqual([]);
    expect(decode(bare).features).toEqual(decode(bytes).features);
  }
});
