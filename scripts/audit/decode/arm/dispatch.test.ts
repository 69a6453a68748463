// Choices that cannot be followed, in 32-bit ARM code of small addons that zig compiles.
import { expect, test } from "vitest";
import { compile, decode, V7 } from "../../../checks/fixtures/arm-code.ts";

// SDIV as a number, since the assembler for ARMv7 without it does not know the name.
const withDivide = `unsigned long getauxval(unsigned long); int other(int x) { return x + 1; }
#ifdef __thumb__
#define DIVIDE ".inst.w 0xfb90f0f0"
#else
#define DIVIDE ".inst 0xe710f010"
#endif
__attribute__((noinline)) static int withDivide(int x) { register int r __asm__("r0") = x; __asm__ volatile(DIVIDE : "+r"(r)); return r; }`;
const table = "typedef int (*fn)(int); fn const table[] = { other, withDivide }; int call(int i) { return table[i](1); }";
const queries = (which: number) => `int has; __attribute__((constructor)) static void ask(void) { has = getauxval(${which}) >> 17 & 1; }`;
const crowd = Array.from(
  { length: 90 },
  (_, index) =>
    `__attribute__((noinline)) int f${index}(int x, int y) { for (int i = 0; i < y; i++) x = x * ${index + 3} ^ (x >> 3) + other(i); return x; }`,
).join("\n");
const registration = (body = "") => `extern void napi_create_object(void *, void *);
void *napi_register_module_v1(void *e, void *x) { napi_create_object(e, &x); ${body} return x; }`;

function divides(source: string, thumb: boolean): [open: number, dispatched: number] {
  const { idiv } = decode(compile(`${source} ${crowd}`, V7, { thumb, flags: ["-fno-unroll-loops"] })).features;
  return [(idiv?.count ?? 0) - (idiv?.guarded ?? 0), idiv?.dispatched ?? 0];
}

test.each([16, 26])("a function in a table is behind a choice, in an addon that queries AT_HWCAP or AT_HWCAP2: %i", (which) => {
  for (const thumb of [false, true]) expect(divides(`${withDivide} ${table} ${queries(which)} ${registration()}`, thumb)).toEqual([1, 1]);
});

test.each([
  ["without a query", `${withDivide} ${table} ${registration()}`],
  ["that queries the size of a signal stack", `${withDivide} ${table} ${queries(51)} ${registration()}`],
  ["whose registration calls it", `${withDivide} ${queries(16)} ${registration("return (void *)withDivide((int)x);")}`],
  [
    "whose constructor calls it",
    `${withDivide} ${queries(16)} __attribute__((constructor)) void go(void) { has = withDivide(has); } ${registration()}`,
  ],
  [
    "whose registration calls it over the linkage table",
    `${withDivide} ${queries(16)} int exported(int x) { return withDivide(x) + 1; } ${registration("return (void *)exported((int)x);")}`,
  ],
])("an addon %s has no such choice", (_name, source) => {
  for (const thumb of [false, true]) expect(divides(source, thumb)).toEqual([1, 0]);
});
