// Data behind calls that do not return, data of which Thumb code takes the address, and the entry that linkers write into libraries.
import { describe, expect, test } from "vitest";
import { inspectElf } from "../../elf/facts.ts";
import { assemble, assembly, compile, counts, V6, V7 } from "../../../checks/fixtures/arm-code.ts";

const [A32, T32] = [".inst 0xf2000d40", ".inst.w 0xef000d40"];

/** NEON of data, or of code, behind a call. */
function behind(call: string, state: ".arm" | ".thumb", rest = ""): number {
  const body = `cmp r0, #0\nbne 2f\nbl ${call}\n${state === ".arm" ? A32 : T32}\n2: bx lr\n${rest}`;
  return counts(assemble(body, state === ".arm" ? V6 : V7, state)).neon ?? 0;
}

describe.each([".arm", ".thumb"] as const)("%s", (state) => {
  test("what follows a call of abort() or of a function that throws is data, what follows another call is code", () => {
    expect(behind("abort", state)).toBe(0);
    expect(behind("_ZSt20__throw_length_errorPKc", state)).toBe(0);
    expect(behind("other", state)).toBe(1);
  });

  test("a function that only calls such a function does not return either", () => {
    expect(behind("3f", state, "3: push {r4, lr}\nmov r0, r4\nbl abort")).toBe(0);
    expect(behind("3f", state, "3: push {r4, lr}\nb 3b")).toBe(0);
  });

  test.each([
    ["on a condition", "popeq {r4, pc}\nbl abort"],
    ["by a register", "bxeq lr\nbl abort"],
    ["by another function", "bleq abort\nb 4f\n4: pop {r4, pc}"],
    ["by an import", "b other"],
    ["if the call that does not is conditional", "bleq abort\npop {r4, pc}"],
  ])("a function that returns %s", (_how, end) => {
    const it = state === ".thumb" && end.startsWith("popeq") ? "it eq\n" : "";
    const its = state === ".thumb" && /^b\w*eq/.test(end) ? "it eq\n" : it;
    expect(behind("3f", state, `3: push {r4, lr}\ncmp r0, #1\n${its}${end}`)).toBe(1);
  });
});

test("data of which Thumb code takes the address, whatever loads it", () => {
  const body = (use: string) => `adr r1, 1f\n${use}\ncmp r0, #0\nbne 2f\nbl other\n.p2align 2\n1: ${T32}\n2: bx lr`;
  for (const use of ["ldrd r2, r3, [r1]", "ldm r1, {r2, r3}", "bl other"])
    expect(counts(assemble(body(use), V7, ".thumb"))).not.toHaveProperty("neon");
  expect(counts(assemble(`cmp r0, #0\nbne 2f\nbl other\n.p2align 2\n1: ${T32}\n2: bx lr`, V7, ".thumb"))).toMatchObject({ neon: 1 });
});

test("the entry of a library is none: linkers write the start of the code there, without the bit of Thumb", () => {
  const code = `${assembly(`push {r4, lr}\n${"movw r1, #0x345\n".repeat(8)}pop {r4, pc}`, ".thumb")}.arm\n.globl old\n.type old, %function\nold: bx lr\n`;
  const bytes = compile(code, V7, { extension: "s" });
  const before = counts(bytes);
  const text = inspectElf(bytes, "fixture").file.sections.find(({ name }) => name === ".text")!;
  bytes.writeUInt32LE(text.address, 24);
  expect(counts(bytes)).toEqual(before);
});
