// Choices that cannot be followed, in AArch64 code of small addons that zig compiles.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import { decodeA64 } from "./decode.ts";

const withCrc = `unsigned long getauxval(unsigned long); unsigned other(unsigned x) { return x + 1; }
__attribute__((target("crc"), noinline)) static unsigned withCrc(unsigned x) { return __builtin_arm_crc32w(x, x); }`;
const table = "typedef unsigned (*fn)(unsigned); fn const table[] = { other, withCrc }; unsigned call(int i) { return table[i](1); }";
const queries = (bit = 7, which = 16) =>
  `int has; __attribute__((constructor)) static void ask(void) { has = getauxval(${which}) >> ${bit} & 1; }`;
const crowd = Array.from({ length: 30 }, (_, index) => `__attribute__((noinline)) int f${index}(int x) { return x * ${index} + 1; }`).join(
  "\n",
);
const registration = (body = "") => `extern void napi_create_object(void *, void *);
void *napi_register_module_v1(void *e, void *x) { napi_create_object(e, &x); ${body} return x; }`;

function usesOf(source: string): unknown {
  const file = compileShared(`${source} ${crowd}`, "aarch64-linux-musl", ["-nostdlib", "-O2"]);
  const { features } = decodeA64(inspectElf(readFileSync(file), file));
  return Object.fromEntries(Object.entries(features).map(([name, { count, guarded, dispatched }]) => [name, [count, guarded, dispatched]]));
}

test("a function in a table is behind a choice, in an addon that queries features", () => {
  expect(usesOf(`${withCrc} ${table} ${queries()} ${registration()}`)).toEqual({ crc32: [1, 0, 1] });
});

test.each([
  ["without a query", `${withCrc} ${table} ${registration()}`],
  ["that queries the size of a signal stack", `${withCrc} ${table} ${queries(7, 51)} ${registration()}`],
  ["whose registration calls it", `${withCrc} ${queries()} ${registration("return (void *)(long)withCrc((long)x);")}`],
  [
    "whose constructor calls it",
    `${withCrc} ${queries()} __attribute__((constructor)) void go(void) { has = withCrc(has); } ${registration()}`,
  ],
  [
    "that registers a structure whose function calls it",
    `${withCrc} ${queries()} extern void napi_module_register(void *);
     static void *init(void *e, void *x) { return (void *)(long)withCrc((long)x); }
     static struct { long version; void *(*init)(void *, void *); } module = { 1, init };
     __attribute__((constructor)) static void reg(void) { napi_module_register(&module); }`,
  ],
])("an addon %s has no such choice", (_name, source) => {
  expect(usesOf(source)).toEqual({ crc32: [1, 0, 0] });
});

test("the flag of outline atomics is not a query of other features", () => {
  const flag = `long outline(long, long *); long add(long *at) { return outline(1, at); } _Bool __aarch64_have_lse_atomics; __attribute__((constructor)) static void init(void) { __aarch64_have_lse_atomics = getauxval(16) >> 8 & 1; }
    __asm__(".text\\n.hidden __aarch64_have_lse_atomics\\noutline: adrp x16, __aarch64_have_lse_atomics\\n"
    "ldrb w16, [x16, :lo12:__aarch64_have_lse_atomics]\\ncbz w16, 1f\\n.arch armv8-a+lse\\nldaddal w0, w0, [x1]\\nret\\n1: ret\\n");`;
  expect(usesOf(`${withCrc} ${table} ${flag} ${registration()}`)).toEqual({ crc32: [1, 0, 0], lse: [1, 1, 0] });
});

test("an answer on the stack stays an answer until its word is written again", () => {
  const source = (between: string) => `${withCrc} __asm__(".text\\n.globl run\\n.type run, %function\\nrun: stp x29, x30, [sp, #-32]!\\n"
    "mov x0, #16\\nbl getauxval\\nstr x0, [sp, #24]\\n${between}bl other\\nldr x1, [sp, #24]\\ntbz w1, #7, 1f\\n"
    ".arch armv8-a+crc\\ncrc32w w0, w0, w0\\n1: ldp x29, x30, [sp], #32\\nret\\n");`;
  expect(usesOf(source(""))).toEqual({ crc32: [1, 1, 0] });
  for (const between of [
    "str x2, [sp, #24]\\n",
    "strb w2, [sp, #24]\\n",
    "stp x2, x3, [sp, #16]\\n",
    "sub sp, sp, #16\\n",
    "str x2, [sp, #-16]!\\n",
  ])
    expect(usesOf(source(between))).toEqual({ crc32: [1, 0, expect.any(Number)] });
});

test("a comparison of the answer with a constant other than zero is a test", () => {
  const source = (condition: string) => `${withCrc} unsigned run(unsigned x) { return (getauxval(26) & 6) ${condition} ? withCrc(x) : x; }`;
  expect(usesOf(source("== 6"))).toEqual({ crc32: [1, 1, 0] });
  expect(usesOf(source("!= 6"))).toEqual({ crc32: [1, 0, expect.any(Number)] });
});
