// The audit of AArch64 code in small files that zig compiles: for each feature, one that needs it and one that does not.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runZig } from "../../../checks/fixtures/fixture.ts";
import { inspectElf, type InspectedElf } from "../../elf/facts.ts";
import { findErratum843419 } from "./erratum.ts";
import { decodeA64 } from "./decode.ts";

/** Output of zig for one source; the extension `.s` or `.c` is the language. */
function build(name: string, source: string, ...commands: string[][]): InspectedElf {
  const folder = mkdtempSync(join(tmpdir(), "boardkit-a64-"));
  try {
    writeFileSync(join(folder, name), `${source}\n`);
    for (const command of commands) runZig(command, folder);
    return inspectElf(readFileSync(join(folder, "addon.node")), name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const target = ["-target", "aarch64-linux-musl", "-mcpu=generic", "-O2", "-fPIC"];

function compile(name: string, source: string, ...flags: string[]): InspectedElf {
  return build(name, source, ["cc", ...target, "-shared", "-s", "-Wl,-z,undefs", ...flags, "-o", "addon.node", name]);
}

function linkPacked(source: string): InspectedElf {
  const link = ["ld.lld", "-shared", "-s", "-z", "pack-relative-relocs", "-o", "addon.node", "addon.o"];
  return build("addon.c", source, ["cc", ...target, "-c", "-o", "addon.o", "addon.c"], link);
}

/** Each feature with the numbers of all uses and of guarded uses. */
function usesOf(elf: InspectedElf): Record<string, [count: number, guarded: number]> {
  return Object.fromEntries(Object.entries(decodeA64(elf).features).map(([feature, { count, guarded }]) => [feature, [count, guarded]]));
}

function assembly(...lines: string[]): InspectedElf {
  const text = [
    ".arch armv9-a+lse+fp16+dotprod+aes+sve2+pauth+crc+memtag",
    ".text",
    ".globl run",
    ".type run, %function",
    "run:",
    ...lines,
  ];
  return compile("addon.s", text.join("\n"), "-nostdlib");
}

const add = "int add(int *at) { return __atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST); }";
const withLse = `__attribute__((target("lse"), noinline)) static int withLse(int *at) { return __atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST); }
unsigned long getauxval(unsigned long);`;

test("code of plain ARMv8.0 uses nothing", () => {
  const facts = decodeA64(compile("addon.c", `${add} float half(float *at) { return *at * 0.5f; }`, "-nostdlib"));
  expect(facts.features).toEqual({});
  expect(facts.codeBytes).toBeGreaterThan(0);
  expect(facts.unclassifiedBytes).toBe(0);
});

test("an LSE atomic without a test is unguarded, with its address and its encoding", () => {
  const elf = compile("addon.c", add, "-nostdlib", "-mcpu=generic+lse");
  const address = elf.dynamic.symbols.find((symbol) => symbol.name === "add")?.address as number;
  const { lse } = decodeA64(elf).features;
  expect(lse).toMatchObject({ count: 1, guarded: 0, places: [{ instruction: expect.stringContaining("LDADD") }] });
  expect(lse?.places[0]?.address).toBeGreaterThanOrEqual(address);
});

test("outline atomics are guarded: zig's own, whose flag is a constant", () => {
  expect(usesOf(compile("addon.c", add, "-moutline-atomics"))).toEqual({ lse: [1, 1] });
});

test("outline atomics are guarded: libgcc's, with a flag in .bss", () => {
  const helper = (
    register: string,
  ) => `__asm__(".arch armv8-a+lse\\n.text\\n.type helper, %function\\nhelper: bti c\\nadrp ${register}, flag\\n"
    "ldrb ${register.replace("x", "w")}, [${register}, :lo12:flag]\\ncbz ${register.replace("x", "w")}, 1f\\nldaddal w0, w0, [x1]\\nret\\n"
    "1: ldaxr w0, [x1]\\nret\\n.bss\\nflag: .zero 1\\n.text"); void helper(void); void run(void) { helper(); }`;
  expect(usesOf(compile("addon.c", helper("x16"), "-nostdlib"))).toEqual({ lse: [1, 1] });
  // The same test with another register does not guard.
  expect(usesOf(compile("addon.c", helper("x9"), "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test("a function that is only called behind a test of getauxval is guarded", () => {
  const source = `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? withLse(at) : (*at)++; }`;
  expect(usesOf(compile("addon.c", source, "-nostdlib"))).toEqual({ lse: [1, 1] });
});

test("with a second call without a test a function is unguarded", () => {
  const source = `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? withLse(at) : (*at)++; }
    int other(int *at) { return withLse(at) + 1; }`;
  expect(usesOf(compile("addon.c", source, "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test("the wrong side of a test is unguarded, and so is a test of anything else", () => {
  const turned = `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? (*at)++ : withLse(at); }`;
  expect(usesOf(compile("addon.c", turned, "-nostdlib"))).toEqual({ lse: [1, 0] });
  const other = `${withLse} long question(long); int run(int *at) { return question(16) & (1 << 8) ? withLse(at) : (*at)++; }`;
  expect(usesOf(compile("addon.c", other, "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test("a variable with the answer guards; a variable with another value does not", () => {
  const source = (value: string) => `${withLse} long question(long); static volatile int has;
    __attribute__((constructor)) void start(void) { has = ${value} >> 8 & 1; }
    int run(int *at) { return has ? withLse(at) : (*at)++; }`;
  expect(usesOf(compile("addon.c", source("getauxval(16)"), "-nostdlib"))).toEqual({ lse: [1, 1] });
  expect(usesOf(compile("addon.c", source("question(16)"), "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test("a variable to which a caller stores the answer guards; its other variables do not", () => {
  const source = (tested: string) => `${withLse} static volatile int has, other;
    __attribute__((noinline)) static int ask(void) { return getauxval(16) >> 8 & 1; }
    __attribute__((constructor)) void start(void) { has = ask(); other = 7; }
    int run(int *at) { return ${tested} ? withLse(at) : (*at)++; }`;
  expect(usesOf(compile("addon.c", source("has"), "-nostdlib"))).toEqual({ lse: [1, 1] });
  expect(usesOf(compile("addon.c", source("other"), "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test("a function in a table of pointers is unguarded", () => {
  const source = (table: string) => `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? withLse(at) : (*at)++; } ${table}`;
  const [bad, good] = [source("void *table[] = { withLse, withLse };"), source("void *table[] = { run, run };")];
  expect(usesOf(compile("addon.c", bad, "-nostdlib"))).toEqual({ lse: [1, 0] });
  expect(usesOf(compile("addon.c", good, "-nostdlib"))).toEqual({ lse: [1, 1] });
  // RELR, which zig's driver does not support.
  expect(usesOf(linkPacked(bad))).toEqual({ lse: [1, 0] });
  expect(usesOf(linkPacked(good))).toEqual({ lse: [1, 1] });
});

test("with a jump into the middle, or through a table, instructions are unguarded", () => {
  const source = (before: string, after: string) =>
    ["stp x29, x30, [sp, #-16]!", before, "mov x0, #16", "bl getauxval", "tbz w0, #8, 2f", "1: ldaddal w8, w0, [x1]", "2: ret", after].join(
      "\n",
    );
  expect(usesOf(assembly(source("", "")))).toEqual({ lse: [1, 1] });
  expect(usesOf(assembly(source("cbz x1, 1f", "")))).toEqual({ lse: [1, 0] });
  expect(usesOf(assembly(source("", ".globl next\n.type next, %function\nnext: b 1b")))).toEqual({ lse: [1, 0] });
  expect(usesOf(assembly(source("cbz x1, 3f", "3: adr x9, 1b\nadd x9, x9, w1, sxtw #2\nbr x9")))).toEqual({ lse: [1, 0] });
});

test("a register with an answer on one path only is not a test, nor is the result of another call", () => {
  const paths = (other: string) => ["stp x29, x30, [sp, #-16]!", "cbz x1, 1f", "mov x0, #16", "bl getauxval", "b 2f", other];
  const tested = ["2: tbz w0, #8, 3f", "ldaddal w8, w0, [x1]", "3: ret"];
  expect(usesOf(assembly(...paths("1: bl getauxval"), ...tested))).toEqual({ lse: [1, 1] });
  expect(usesOf(assembly(...paths("1: mov x0, x1"), ...tested))).toEqual({ lse: [1, 0] });
  expect(usesOf(assembly(...paths("1: bl question"), ...tested))).toEqual({ lse: [1, 0] });
  const turned = ["stp x29, x30, [sp, #-16]!", "cbz x1, 1f", "mov x0, x1", "b 2f", "1: mov x0, #16", "bl getauxval"];
  expect(usesOf(assembly(...turned, ...tested))).toEqual({ lse: [1, 0] });
  // The function is entered with any x0 from its caller, and with an answer from its end.
  expect(usesOf(assembly("4: tbz w0, #8, 5f", "ldaddal w8, w0, [x1]", "5: bl getauxval", "b 4b"))).toEqual({ lse: [1, 0] });
});

test("code of LLVM's unwinder for frames of SVE and tagged stacks counts as guarded; the same elsewhere does not", () => {
  expect(usesOf(assembly("cmp w1, #46", "b.ne 1f", "cntd x0", "1: ret"))).toEqual({ sve: [1, 1] });
  expect(usesOf(assembly("cmp w1, #45", "b.ne 1f", "cntd x0", "1: ret"))).toEqual({ sve: [1, 0] });
  expect(usesOf(assembly("cmp w1, #46", "b.ne 1f", "cntd x0", "ptrue p0.b", "1: ret"))).toEqual({ sve: [2, 0] });
  expect(usesOf(assembly("1: stg x8, [x8]", "add x8, x8, #16", "cmp x8, x21", "b.lo 1b", "ret"))).toEqual({ mte: [1, 1] });
  expect(usesOf(assembly("1: stg x8, [x8]", "add x8, x8, #32", "cmp x8, x21", "b.lo 1b", "ret"))).toEqual({ mte: [1, 0] });
  // MRS x16, TPIDR2_EL0 at the start; STR ZA[w15, 0], [x16].
  expect(usesOf(assembly(".inst 0xd53bd0b0", "cbz x16, 1f", ".inst 0xe1206200", "1: ret"))).toEqual({ sme: [1, 1] });
  expect(usesOf(assembly("mov x16, x0", "cbz x16, 1f", ".inst 0xe1206200", "1: ret"))).toEqual({ sme: [1, 0] });
});

test("a function whose address is taken is unguarded", () => {
  const source = `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? withLse(at) : (*at)++; }
    void *taken(void) { return withLse; }`;
  expect(usesOf(compile("addon.c", source, "-nostdlib"))).toEqual({ lse: [1, 0] });
});

test.each([
  ["fp16", "fadd h0, h1, h2", "fcvt s0, h1"],
  ["dotprod", "udot v0.4s, v1.16b, v2.16b", "umull v0.8h, v1.8b, v2.8b"],
  ["aes", "aese v0.16b, v1.16b", "eor v0.16b, v0.16b, v1.16b"],
  ["aes", "pmull v0.1q, v1.1d, v2.1d", "pmull v0.8h, v1.8b, v2.8b"],
  ["pauth", "pacia x0, x1", "paciasp"],
  ["pauth", "retaa", "autiasp"],
  ["sve", "ptrue p0.b", "movi v0.16b, #1"],
  ["crc32", "crc32x w0, w1, x2", "add x0, x1, x2"],
])("%s: %s needs it, %s does not", (feature, bad, good) => {
  expect(usesOf(assembly(bad, "ret"))).toEqual({ [feature]: [1, 0] });
  expect(usesOf(assembly(good, "ret"))).toEqual({});
});

test("a file without section headers has the same uses, and reports unclassified bytes", () => {
  const source = `${withLse} int run(int *at) { return getauxval(16) & (1 << 8) ? withLse(at) : (*at)++; }`;
  const elf = compile("addon.c", source, "-nostdlib");
  const bare = { ...elf, file: { ...elf.file, sections: [] } };
  const { features, codeBytes, unclassifiedBytes } = decodeA64(bare);
  expect(features).toEqual(decodeA64(elf).features);
  expect(features.lse).toMatchObject({ count: 1, guarded: 1 });
  const segment = elf.file.segments.find(({ type, flags }) => type === 1 && (flags & 1) !== 0);
  // The stubs of the procedure linkage table have no unwind data.
  expect(unclassifiedBytes).toBeGreaterThan(0);
  expect(codeBytes + unclassifiedBytes).toBe(segment?.fileSize);
});

/** ADRP at an offset of a page, then the given instructions. */
function sequence(offset: number, ...lines: string[]): number[] {
  const elf = assembly(".balign 4096", `.fill ${offset / 4}, 4, 0xd503201f`, ...lines, "ret", ".data", "value: .quad 1, 2", ".zero 65536");
  return findErratum843419(elf).map((address) => address % 4096);
}

test.each<[number, ...string[]]>([
  [0xff8, "adrp x0, value", "str x1, [x2]", "ldr x3, [x0, #8]"],
  [0xffc, "adrp x0, value", "ldr q0, [x2]", "add x5, x5, #1", "ldr x3, [x0, #8]"],
  [0xff8, "adrp x9, value", "stp x1, x2, [sp, #-16]!", "ldr x3, [x9]"],
])("erratum 843419 is found at offset %i of a page", (offset, ...lines) => {
  expect(sequence(offset, ...lines)).toEqual([offset]);
});

test.each<[string, number, ...string[]]>([
  ["another offset", 0xff4, "adrp x0, value", "str x1, [x2]", "ldr x3, [x0, #8]"],
  ["overwritten by the second", 0xff8, "adrp x0, value", "ldr x0, [x2]", "ldr x3, [x0, #8]"],
  ["overwritten by the third", 0xff8, "adrp x0, value", "str x1, [x2]", "add x0, x0, #16", "ldr x3, [x0, #8]"],
  ["overwritten as a status", 0xffc, "adrp x0, value", "stxr w0, x1, [x2]", "ldr x3, [x0, #8]"],
  ["a branch between", 0xffc, "adrp x0, value", "str x1, [x2]", "cbz x1, 1f", "1: ldr x3, [x0, #8]"],
  ["LDP second", 0xff8, "adrp x9, value", "ldp x1, x2, [sp], #16", "ldr x3, [x9]"],
])("no erratum 843419: %s", (_name, offset, ...lines) => {
  expect(sequence(offset, ...lines)).toEqual([]);
});

test("a string after a function is not code", () => {
  const text = '.ascii "Montgomery Multiplication for ARMv8, by somebody"';
  expect(usesOf(compile("addon.s", `.text\n.globl f\n.type f, %function\nf: ret\n${text}\n.p2align 2\n.size f, . - f`))).toEqual({});
});
