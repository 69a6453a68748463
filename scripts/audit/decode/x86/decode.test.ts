// Small shared libraries that zig compiles: with and without the instruction, behind a test and before it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runZig } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import type { CodeFacts } from "../../report.ts";
import { decodeX86 } from "./decode.ts";

const folder = mkdtempSync(join(tmpdir(), "boardkit-x86-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let fixtures = 0;

function decode(source: string, cpu = "x86_64", flags: string[] = []): CodeFacts {
  const name = join(folder, `fixture-${(fixtures += 1)}`);
  writeFileSync(`${name}.c`, source);
  const common = ["-target", "x86_64-linux-gnu", `-mcpu=${cpu}`, "-shared", "-fPIC", "-O2", "-Wl,-z,undefs"];
  runZig(["cc", ...common, ...flags, "-o", `${name}.so`, `${name}.c`]);
  return decodeX86(inspectElf(readFileSync(`${name}.so`), `${name}.so`));
}

function unguarded(facts: CodeFacts): string[] {
  return Object.entries(facts.features)
    .filter(([, use]) => use.guarded < use.count)
    .map(([feature]) => feature)
    .toSorted();
}

function guarded(facts: CodeFacts): string[] {
  return Object.entries(facts.features)
    .filter(([, use]) => use.guarded > 0)
    .map(([feature]) => feature)
    .toSorted();
}

const sum = "for (int i = 0; i < n; i++) s += a[i] * b[i]; return s;";
const dot = `int dot(const int *a, const int *b, int n) { int s = 0; ${sum} }`;
const bits = `int bits(unsigned long x) { return __builtin_popcountl(x); }`;
const wide = `__attribute__((target("avx2"), noinline)) static int wide(const int *a, const int *b, int n) { int s = 0; ${sum} }`;
const plain = `__attribute__((noinline)) static int plain(const int *a, const int *b, int n) { int s = 0; ${sum} }`;
const choose = (condition: string) =>
  `int dot(const int *a, const int *b, int n) { return ${condition} ? wide(a, b, n) : plain(a, b, n); }`;
const cpuid = `static int has_avx2; __attribute__((constructor)) static void detect(void) {
  int a = 7, b, c = 0, d; __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); has_avx2 = (b >> 5) & 1; }`;

test("the plain baseline needs nothing", () => {
  const facts = decode(`${dot} ${bits}`);
  expect(facts.features).toEqual({});
  expect(facts.codeBytes).toBeGreaterThan(100);
  expect(facts.unclassifiedBytes).toBe(0);
});

test.each([
  ["v2", "x86_64_v2", bits, /^POPCNT r64, r\/m64$/],
  ["v3", "x86_64_v3", dot, /ymm/],
  [
    "v4",
    "x86_64_v4",
    `${dot.replaceAll("int", "double").replaceAll("double n", "int n").replace("double i", "int i")} ${dot.replace("dot", "dot2")}`,
    /\{k|zmm|ymm16|VEXTRACTI64X4/,
  ],
])("a file for %s needs that level", (feature, cpu, source, instruction) => {
  const use = decode(source, cpu, ["-mprefer-vector-width=512"]).features[feature];
  expect(use).toMatchObject({ guarded: 0 });
  expect(use?.places.map((place) => place.instruction).join("\n")).toMatch(instruction);
});

test("AES under a target attribute is found, and CRC32 of SSE4.2", () => {
  const facts = decode(`#include <immintrin.h>
    __attribute__((target("aes"))) __m128i round1(__m128i a, __m128i b) { return _mm_aesenc_si128(a, b); }
    __attribute__((target("sse4.2,crc32"))) unsigned crc(unsigned a, unsigned b) { return _mm_crc32_u32(a, b); }`);
  expect(unguarded(facts)).toEqual(["aes", "v2"]);
  expect(facts.features["aes"]?.places).toMatchObject([{ instruction: "AESENC xmm1, xmm2/m128" }]);
});

test("instructions that old processors execute as another one do not count", () => {
  const facts = decode(
    `int f(int *a) { __asm__ volatile("tzcnt %0, %0; endbr64; prefetchw (%0); pause; rdsspq %0" : "+r"(a)); return *a; }`,
  );
  expect(facts.features).toEqual({});
});

// zig's run-time library has the variable but no code that sets it, so that only its name identifies it.
test("a function that is called only behind __builtin_cpu_supports is guarded", () => {
  const facts = decode(`${wide} ${plain} ${choose('__builtin_cpu_supports("avx2")')}`);
  expect(unguarded(facts)).toEqual([]);
  expect(guarded(facts)).toEqual(["v3"]);
});

test("the same in a stripped file whose run-time library sets the variable", () => {
  const fill = `__attribute__((visibility("hidden"))) struct { unsigned vendor, type, subtype, features[1]; } __cpu_model;
    __attribute__((constructor)) static void init(void) {
      int a = 7, b, c = 0, d; __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); __cpu_model.features[0] = b << 5; }`;
  const facts = decode(`${fill} ${wide} ${plain} ${choose('__builtin_cpu_supports("avx2")')}`, "x86_64", ["-s"]);
  expect(unguarded(facts)).toEqual([]);
  expect(guarded(facts)).toEqual(["v3"]);
});

test("a function that is called only behind a variable set by CPUID is guarded", () => {
  const facts = decode(`${cpuid} ${wide} ${plain} ${choose("has_avx2")}`);
  expect(unguarded(facts)).toEqual([]);
  expect(guarded(facts)).toEqual(["v3"]);
});

test("a function is unguarded if another one calls it without a test", () => {
  const facts = decode(`${cpuid} ${wide} ${plain} ${choose("has_avx2")} int other(int *a) { return wide(a, a, 9); }`);
  expect(unguarded(facts)).toEqual(["v3"]);
});

test("exported functions of a library may be called without a test, those of an addon are not", () => {
  const source = `${cpuid} ${wide.replace("static ", "")} ${plain} ${choose("has_avx2")}`;
  expect(unguarded(decode(source))).toEqual(["v3"]);
  expect(unguarded(decode(`${source} void *napi_register_module_v1(void) { return 0; }`))).toEqual([]);
});

test("a function that only tests is a test, a function that does other work is not", () => {
  const has = "__attribute__((noinline)) static int has(void) { return has_avx2; }";
  expect(unguarded(decode(`${cpuid} ${has} ${wide} ${plain} ${choose("has()")}`))).toEqual([]);
  const search = `extern int strange(int); __attribute__((noinline)) static int has(int n) { return has_avx2 ? strange(n) : strange(n + 1) * 2; }`;
  expect(unguarded(decode(`${cpuid} ${search} ${wide} ${plain} ${choose("has(n)")}`))).toEqual(["v3"]);
});

test("a function that a resolver chooses after a test is guarded", () => {
  const resolver = "static int (*resolve(void))(const int *, const int *, int) { detect(); return has_avx2 ? wide : plain; }";
  const facts = decode(`${cpuid} ${wide} ${plain} ${resolver} int dot(const int *, const int *, int) __attribute__((ifunc("resolve")));`);
  expect(unguarded(facts)).toEqual([]);
  expect(guarded(facts)).toEqual(["v3"]);
});

test("a variable that does not depend on the processor is not a test", () => {
  const facts = decode(`${cpuid} static int fast; void set(int x) { fast = x; } ${wide} ${plain} ${choose("fast")}`);
  expect(unguarded(facts)).toEqual(["v3"]);
});

test("a variable that other code writes too is not a test", () => {
  const both = cpuid.replace("has_avx2 = (b >> 5) & 1;", "has_avx2 = (b >> 5) & 1; fast = 1;");
  const source = `static int fast; ${both} void set(int x) { fast = x; } int get(void) { return has_avx2; }`;
  expect(unguarded(decode(`${source} ${wide} ${plain} ${choose("fast")}`))).toEqual(["v3"]);
});

test("a function that falls through into a guarded one makes it unguarded", () => {
  const text = `__asm__(".text\\n.globl outer\\n.type outer,@function\\nouter: xor %eax, %eax\\ninner: popcnt %rdi, %rax\\nret\\n");`;
  const call = 'long inner(long) __attribute__((visibility("hidden"))); long dot(long n) { return has_avx2 ? inner(n) : n; }';
  const addon = "void *napi_register_module_v1(void) { return 0; }";
  expect(unguarded(decode(`${cpuid} ${text} ${call} ${addon}`))).toEqual(["v2"]);
  expect(unguarded(decode(`${cpuid} ${text.replace("%eax, %eax", "%eax, %eax\\nret")} ${call} ${addon}`))).toEqual([]);
});

test("the code of a function before its test is not guarded", () => {
  const body = `__asm__ volatile("popcnt %0, %0" : "+r"(n)); return has_avx2 ? wide(a, b, n) : plain(a, b, n);`;
  const facts = decode(`${cpuid} ${wide} ${plain} int dot(const int *a, const int *b, long n) { ${body} }`);
  expect(unguarded(facts)).toEqual(["v2"]);
  expect(guarded(facts)).toEqual(["v3"]);
});

test("a pointer that a detecting constructor sets is guarded, and one from a table is not", () => {
  const type = "static int (*chosen)(const int *, const int *, int)";
  const call = "int dot(const int *a, const int *b, int n) { return chosen(a, b, n); }";
  const set = `${type} = plain; __attribute__((constructor)) static void set(void) { if (has_avx2) chosen = wide; }`;
  expect(unguarded(decode(`${cpuid} ${wide} ${plain} ${set} ${call}`))).toEqual([]);
  const table = `int (*const table[2])(const int *, const int *, int) = { plain, wide };`;
  expect(unguarded(decode(`${cpuid} ${wide} ${plain} ${table} int get(void) { return has_avx2; }`))).toEqual(["v3"]);
});

test("a table that is reached without a test makes its functions unguarded, even if other calls are behind a test", () => {
  const table = `int (*const table[2])(const int *, const int *, int) = { plain, wide };`;
  expect(unguarded(decode(`${cpuid} ${wide} ${plain} ${table} ${choose("has_avx2")}`))).toEqual(["v3"]);
});

test("the users of a trait object's table are the functions that take its address", () => {
  const table = `struct table { void *drop; unsigned long size, align; int (*run)(const int *, const int *, int); };
    static const struct table fast = { 0, 16, 8, wide }, slow = { 0, 16, 8, plain };`;
  const make = (condition: string) => `const struct table *make(void) { return ${condition} ? &fast : &slow; }`;
  const base = `${cpuid} ${wide} ${plain} ${table}`;
  expect(unguarded(decode(`${base} ${make("has_avx2")}`))).toEqual([]);
  expect(unguarded(decode(`${base} int other; ${make("other")}`))).toEqual(["v3"]);
});

test("a caller may store the answer, and a choice behind a test counts like the answer", () => {
  const query = `__attribute__((noinline)) static int ask(void) {
    int a = 7, b, c = 0, d; __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); return (b >> 5) & 1; }
    static int has_avx2; __attribute__((constructor)) static void detect(void) { has_avx2 = ask(); }`;
  expect(unguarded(decode(`${query} ${wide} ${plain} ${choose("has_avx2")}`))).toEqual([]);
  const choice = `static volatile char choice; __attribute__((constructor)) static void decide(void) { choice = has_avx2 ? 2 : 1; }`;
  expect(unguarded(decode(`${cpuid} ${choice} ${wide} ${plain} ${choose("choice == 2")}`))).toEqual([]);
});

test("a variable whose address is an argument of a querying function is a test", () => {
  const query = `static unsigned has[4]; __attribute__((noinline)) static void ask(unsigned *to) {
    int a = 7, b, c = 0, d; __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); to[2] = b; }
    __attribute__((constructor)) static void detect(void) { static unsigned other[4]; ask(other); ask(has); }`;
  expect(unguarded(decode(`${query} ${wide} ${plain} ${choose("(has[2] & 32)")}`))).toEqual([]);
});

test("stubs of the linkage table lead to their own function only", () => {
  const exported = `${wide} ${plain}`.replaceAll("static ", "");
  const source = `${cpuid} ${exported} int first(int *a) { return plain(a, a, 9) + 1; } ${choose("has_avx2")} void *napi_register_module_v1(void) { return 0; }`;
  expect(unguarded(decode(source, "x86_64", ["-fsemantic-interposition"]))).toEqual([]);
});

test("functions that only call each other may be called by anything", () => {
  const circle = `int one(const int *, int); __attribute__((target("avx2"), noinline)) int two(const int *a, int n) { int s = one(a, n); for (int i = 0; i < n; i++) s += a[i]; return s; }
    __attribute__((noinline)) int one(const int *a, int n) { return n ? two(a, n - 1) + 1 : 0; } void *napi_register_module_v1(void) { return 0; }`;
  expect(unguarded(decode(circle))).toEqual(["v3"]);
});

test("data between functions neither hides nor adds instructions, with and without unwind tables", () => {
  // 0xc5 starts an AVX instruction and 0xea is invalid; the function after the data starts in the middle of the instruction from 0xc5.
  const source = `__asm__(".text\\n.globl before\\nbefore: ret\\n.byte 0xc5,0xfd,0x6f,0x00,0x06,0xea,0x0f,0x38,0xc5\\n"
    ".globl after\\n.type after,@function\\nafter: popcnt %rdi, %rax\\nret\\n");`;
  for (const flags of [[], ["-fno-asynchronous-unwind-tables", "-s"]]) {
    const facts = decode(source, "x86_64", flags);
    expect(Object.keys(facts.features)).toEqual(["v2"]);
    expect(facts.features["v2"]).toMatchObject({ count: 1, guarded: 0 });
    expect(facts.unclassifiedBytes).toBe(9);
  }
});
