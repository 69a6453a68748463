// Choices that cannot be followed to their test, in small addons that zig compiles.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import { decodeX86 } from "./decode.ts";

const loop = "int s = 0; for (int i = 0; i < n; i++) s += a[i] * b[i]; return s;";
const version = (name: string, target?: string) =>
  `${target ? `__attribute__((target("${target}"), noinline))` : "__attribute__((noinline))"} static int ${name}(const int *a, const int *b, int n) { ${loop} }`;
const versions = [version("plain"), version("v2", "sse4.1"), version("v3", "avx2"), version("other", "avx2")].join("\n");
const bits = `__attribute__((target("bmi,bmi2,lzcnt"), noinline)) static int bits(const int *a, const int *b, int n) { return __builtin_clz(*a) + (n << *b); }`;
const queries = `__attribute__((constructor)) static void detect(void) {
  int a = 0, b, c, d; __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d)); has = b; }`;
const kept = "int has; struct { int level; int (*run)(const int *, const int *, int); } *state;";
const registration = (body = "") => `typedef int *env; extern void napi_create_object(env, env *);
env napi_register_module_v1(env e, env x) { napi_create_object(e, &x); int *a = e, *b = x, n = *b; ${body} return x; }`;

/** Per feature: the uses without a test, and how many of them are behind a choice. */
function usesOf(source: string, flags: string[] = []): Record<string, [open: number, dispatched: number]> {
  const file = compileShared(`${kept} ${source}`, "x86_64-linux-gnu.2.17", [
    "-O2",
    "-fno-inline-functions",
    "-Wno-unused-function",
    ...flags,
  ]);
  const { features } = decodeX86(inspectElf(readFileSync(file), file));
  return Object.fromEntries(
    Object.entries(features).map(([name, { count, guarded, dispatched }]) => [name, [count - guarded, dispatched]]),
  );
}

const all = (uses: Record<string, [number, number]>) => Object.values(uses).every(([open, dispatched]) => open > 0 && dispatched === open);
const none = (uses: Record<string, [number, number]>) => Object.values(uses).some(([open, dispatched]) => open > 0 && dispatched === 0);
const choice = (body: string) => `__attribute__((noinline)) int go(const int *a, const int *b, int n) { ${body} }`;
const callsGo = registration("*x = go(a, b, n);");

test.each([
  [
    "a table of functions for several levels",
    `int (*const table[])(const int *, const int *, int) = { plain, v2, v3 }; int call(int i) { return table[i](0, 0, 0); } ${registration()}`,
  ],
  [
    "a function that calls several levels",
    `${choice("n += a[0] * b[1]; has = n; if (state->level > 1) return v3(a, b, n) + 1; if (state->level) return v2(a, b, n) + 2; return n;")} ${callsGo}`,
  ],
  ["a function that tests first", `${choice("if (state->level == 1) return v3(a, b, n) + 1; return plain(a, b, n) + 2;")} ${callsGo}`],
  ["a function that jumps to one of two", `${choice("return a[n] == b[n] ? v3(a, b, n) : plain(a, b, n);")} ${callsGo}`],
  ["instructions that are not the only feature of any CPU", `${bits} ${choice("has = a[0]; return bits(a, b, n) + 1;")} ${callsGo}`],
])("%s: a choice, in an addon that queries the processor", (_name, source) => {
  const uses = usesOf(`${versions} ${queries} ${source}`);
  expect(Object.keys(uses)).not.toEqual([]);
  expect(all(uses)).toBe(true);
  expect(none(usesOf(`${versions} ${source}`))).toBe(true);
});

test.each([
  [
    "a table for one level",
    `int (*const table[])(const int *, const int *, int) = { plain, v3, other }; int call(int i) { return table[i](0, 0, 0); } ${registration()}`,
  ],
  ["a call without a test", `${choice("has = v3(a, b, n); return has;")} ${callsGo}`],
  ["a test behind another call", `${choice("has = plain(a, b, n); if (has) return v3(a, b, n) + 1; return has;")} ${callsGo}`],
  ["the registration itself", registration("*x = v3(a, b, n);")],
  ["the address of one function", `${choice("state->run = v3; return 0;")} ${callsGo}`],
])("%s: no choice", (_name, source) => {
  const uses = usesOf(`${versions} ${queries} ${source}`);
  expect(Object.keys(uses)).toEqual(["v3"]);
  expect(uses.v3?.[1]).toBe(0);
});

test("a file that was compiled for a feature has no choice, even if one of its functions tests first", () => {
  const source = `${version("plain")} ${queries} ${choice("if (state->level == 1) return plain(a, b, n) + 1; return n;")} ${choice("has = plain(b, a, n); return has;").replace("go(", "other(")}
    ${registration("*x = go(a, b, n) + other(a, b, n);")}`;
  const uses = usesOf(source, ["-mcpu=x86_64_v3"]);
  expect(uses.v3?.[0]).toBeGreaterThan(0);
  expect(uses.v3?.[1]).toBe(0);
});

test("a thunk has the level of the function that it jumps to", () => {
  const thunk = (name: string, to: string) =>
    `__asm__(".text\\n.type ${name}, @function\\n${name}: jmp ${to}\\n"); extern int ${name}(const int *, const int *, int) __attribute__((visibility("hidden")));`;
  const source = (targets: string[]) => `${versions.replaceAll("static int", '__attribute__((visibility("hidden"))) int')} ${queries}
    ${targets.map((to, index) => thunk(`t${index}`, to)).join("\n")}
    int (*const table[])(const int *, const int *, int) = { ${targets.map((_, index) => `t${index}`).join(", ")} }; int call(int i) { return table[i](0, 0, 0); } ${registration()}`;
  expect(all(usesOf(source(["v2", "v3"])))).toBe(true);
  expect(none(usesOf(source(["v3", "other"])))).toBe(true);
});
