import { expect, test } from "vitest";
import { subjectOf, symbolOf } from "../../checks/fixtures/subject.ts";
import { placeOfBoard } from "../../model/place.ts";
import { selectBoard } from "../../model/registry.ts";
import { judge } from "../judge.ts";
import type { Place } from "../place.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const [pi3, pi5] = ["pi-3", "pi-5"].map((id) => placeOfBoard(registry, selectBoard(registry, id))) as [Place, Place];
const aarch64 = { arch: "aarch64", bits: 64 } as const;
const code = (count: number, guarded: number, dispatched: number) => ({
  features: { lse: { count, guarded, dispatched, places: [{ address: 0x1234, instruction: "CAS" }] } },
  codeBytes: 1,
  unclassifiedBytes: 0,
});
const symbols = [
  symbolOf("before", { address: 0x1000, defined: true }),
  symbolOf("variable", { address: 0x1200, defined: true, type: 1 }),
  symbolOf("after", { address: 0x2000, defined: true }),
];

test.each([
  ["cpu/guarded-feature", "note", code(5, 5, 0), "5 lse instructions, each behind a test: CAS at 0x1234 (after before)"],
  [
    "cpu/dispatched-feature",
    "warning",
    code(5, 2, 3),
    "3 of 5 lse instructions behind a choice that the audit cannot follow, first CAS at 0x1234 (after before); the file queries the CPU's features",
  ],
  [
    "cpu/missing-feature",
    "error",
    code(6, 2, 1),
    "3 of 6 lse instructions without a test for the feature, first CAS at 0x1234 (after before); pi-3 has the CPU cortex-a53",
  ],
])("%s is a %s with address, symbol and instruction; a CPU with the feature has no finding", (rule, severity, uses, message) => {
  const subject = subjectOf(aarch64, { code: uses, symbols });
  const where = { address: "0x1234", symbol: "before", instruction: "CAS", guarded: severity === "note" };
  const feature = severity === "error" ? { feature: "lse" } : {};
  expect(judge(subject, pi3)).toEqual([{ rule, severity, message, fix: expect.any(String), ...where, ...feature }]);
  expect(judge(subject, pi5)).toEqual([]);
});

test("sequences of an erratum count on a CPU that has it", () => {
  expect(judge(subjectOf(aarch64, { erratumSequences: [0xff8, 0x1ff8] }), pi3)).toEqual([
    expect.objectContaining({
      rule: "cpu/erratum-843419",
      severity: "error",
      address: "0xff8",
      message: expect.stringMatching(/^2 sequences/),
    }),
  ]);
  expect(judge(subjectOf(aarch64, { erratumSequences: [0xff8] }), pi5)).toEqual([]);
  expect(judge(subjectOf(aarch64), pi3)).toEqual([]);
});
