// Queries without getauxval of the system: that of a static program, and instructions whose SIGILL is caught.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import { decodeA64 } from "./decode.ts";

function usesOf(source: string): Record<string, [count: number, guarded: number, dispatched: number]> {
  const file = compileShared(source, "aarch64-linux-musl", ["-nostdlib", "-O2"]);
  const { features } = decodeA64(inspectElf(readFileSync(file), file));
  return Object.fromEntries(Object.entries(features).map(([name, { count, guarded, dispatched }]) => [name, [count, guarded, dispatched]]));
}

const crc = `__attribute__((target("crc"), noinline, visibility("hidden"))) unsigned withCrc(unsigned x) { return __builtin_arm_crc32w(x, x); }`;

test("a static program has musl's getauxval in its code, without a name", () => {
  const own = (secure: number, step: number) => `
    extern unsigned long *auxv __attribute__((visibility("hidden"))); unsigned long *auxv; extern unsigned long secure __attribute__((visibility("hidden"))); unsigned long secure;
    __attribute__((noinline, visibility("hidden"))) unsigned long find(unsigned long item) {
      if (item == ${secure}) return secure;
      for (unsigned long *at = auxv; *at; at += ${step}) if (*at == item) return at[1];
      return 0;
    }
    ${crc} unsigned choose(unsigned x) { return find(16) & 0x80 ? withCrc(x) : x; }`;
  expect(usesOf(own(23, 2))).toEqual({ crc32: [1, 1, 0] });
  // Other functions compare with other values, or walk in other steps.
  expect(usesOf(own(22, 2))).toEqual({ crc32: [1, 0, 0] });
  expect(usesOf(own(23, 4))).toEqual({ crc32: [1, 0, 0] });
});

test("a function of one instruction is a query in a library that catches SIGILL", () => {
  const probe = `__asm__(".arch armv8-a+crc\\n.text\\n.globl probe\\n.hidden probe\\n.type probe, %function\\nret\\nprobe: crc32w w0, w0, w0\\nret\\n"); void probe(void);`;
  const signals = (
    jump: string,
  ) => `int sigaction(int, const void *, void *), sigsetjmp(void *, int); void ${jump}(void *, int); static long place[64];
    static void caught(int number) { ${jump}(place, number); }
    __attribute__((constructor)) static void ask(void) { void *handler = caught; sigaction(4, &handler, 0); if (sigsetjmp(place, 1) == 0) probe(); }`;
  expect(usesOf(`${probe} ${signals("siglongjmp")}`)).toEqual({ crc32: [1, 1, 0] });
  expect(usesOf(`${probe} ${signals("jump_back")}`)).toEqual({ crc32: [1, 0, 0] });
});
