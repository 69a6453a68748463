import { expect, test } from "vitest";
import { selectBoard } from "../model/registry.ts";
import { judgeCode, judgeErratum } from "./judge-code.ts";
import { placeOfBoard } from "../model/place.ts";
import { loadRegistry } from "../model/read-registry.ts";

const registry = loadRegistry();
const [pi3, pi5] = ["pi-3", "pi-5"].map((id) => placeOfBoard(registry, selectBoard(registry, id))) as [never, never];
const use = (count: number, guarded: number, dispatched: number) => ({
  features: { lse: { count, guarded, dispatched, places: [{ address: 0x1234, instruction: "CAS" }] } },
  codeBytes: 1,
  unclassifiedBytes: 0,
});
const symbols = [
  { name: "before", address: 0x1000, type: 2, defined: true, size: 1, weak: false },
  { name: "after", address: 0x2000, type: 2, defined: true, size: 1, weak: false },
];

test.each([
  ["cpu/guarded-feature", "note", use(5, 5, 0), "5 lse instructions, each behind a test: CAS at 0x1234 (after before)"],
  [
    "cpu/dispatched-feature",
    "warning",
    use(5, 2, 3),
    "3 of 5 lse instructions that only a choice made elsewhere can lead to, first CAS at 0x1234 (after before); it asks the system for features",
  ],
  [
    "cpu/missing-feature",
    "error",
    use(6, 2, 1),
    "3 of 6 lse instructions without a test for it, first CAS at 0x1234 (after before); pi-3 has a cortex-a53",
  ],
])("%s is a %s, with address, symbol and instruction, and nothing where the CPU has it", (rule, severity, code, message) => {
  const guarded = severity === "note";
  const where = { address: "0x1234", symbol: "before", instruction: "CAS", guarded };
  expect(judgeCode(code, symbols, pi3)).toEqual([expect.objectContaining({ rule, severity, message, ...where })]);
  expect(judgeCode(code, symbols, pi5)).toEqual([]);
});

test("sequences of an erratum count where the CPU has it", () => {
  expect(judgeErratum([0xff8, 0x1ff8], pi3)).toEqual([
    expect.objectContaining({
      rule: "cpu/erratum-843419",
      severity: "error",
      address: "0xff8",
      message: expect.stringMatching(/^2 sequences/),
    }),
  ]);
  expect(judgeErratum([0xff8], pi5)).toEqual([]);
  expect(judgeErratum([], pi3)).toEqual([]);
});
