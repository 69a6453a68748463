import { expect, test } from "vitest";
import type { OpaError } from "../opa/oracle.ts";
import { Random } from "../lib/random.ts";
import { mutants, policiesOf, handwrittenFaults } from "./faults.ts";
import { type GridSays, judge as judgeBeside } from "./judge.ts";

const opa = (more: Partial<OpaError> = {}): OpaError => {
  const message = more.message ?? "var x is unsafe";
  return { code: "rego_unsafe_var_error", message, text: message, file: "a.rego", row: 3, col: 5, ...more };
};
const judge = (errors: OpaError[], says: GridSays) => judgeBeside(errors, says, new Set(["http.send"]));
const fault = { code: "GRID_COMPILE", opaCode: "rego_unsafe_var_error", message: "var x is unsafe", file: "a.rego", line: 3, column: 5 };

test("equal errors are the same in all parts", () => {
  const same = { code: true, row: true, column: true, message: true, all: true };
  expect(judge([opa()], { faults: [fault] })).toEqual({ verdict: "both", same });
  const { opaCode, ...plain } = fault;
  const text = `a.rego:3:5: ${opaCode}: var x is unsafe\n\tx == 1\n\t^`;
  expect(judge([opa()], { faults: [{ ...plain, message: text }] }).same).toEqual(same);
});

test("parts are compared on the first error of each side", () => {
  const same = (more: Partial<typeof fault>) =>
    judge([opa(), opa({ row: 9 })], {
      faults: [
        { ...fault, line: 9 },
        { ...fault, ...more },
      ],
    }).same;
  expect(same({})).toEqual({ code: true, row: true, column: true, message: true, all: true });
  expect(same({ opaCode: "rego_type_error" })).toMatchObject({ code: false, row: true, all: false });
  expect(same({ line: 2 })).toMatchObject({ code: true, row: false, column: false });
  expect(same({ column: 6 })).toMatchObject({ row: true, column: false });
  expect(same({ message: "x" })).toMatchObject({ message: false, all: true });
  expect(same({ file: "0.rego" })).toMatchObject({ row: false });
});

test("each verdict has its case", () => {
  expect(judge([opa()], { faults: [] }).verdict).toBe("lenient");
  expect(judge([], { faults: [fault] }).verdict).toBe("refused");
  expect(judge([], { faults: [] }).verdict).toBe("sound");
  expect(judge([opa()], { faults: [{ ...fault, code: "GRID_LIMIT" }] }).verdict).toBe("limit");
  expect(judge([], { faults: [{ ...fault, message: "this build lacks the builtin http.send" }] }).verdict).toBe("lacks");
  expect(judge([], { faults: [{ ...fault, message: "undefined function acme.send" }] }).verdict).toBe("refused");
  expect(judge([opa()], { ended: "SIGSEGV" }).verdict).toBe("broken");
  expect(judge([opa()], { thrown: "GRID_INTERNAL" }).verdict).toBe("broken");
});

test("a file of faults has policies with their files and flags", () => {
  const text = "A remark.\n#: one strict\np := 1\n#+ b.rego\npackage q\n#: two v0 raw\npackage r\n";
  expect(policiesOf("f", text)).toEqual([
    {
      name: "f/one",
      sources: [
        { name: "a.rego", text: "package p\n\np := 1\n" },
        { name: "b.rego", text: "package q\n" },
      ],
      version: "v1",
      strict: true,
    },
    { name: "f/two", sources: [{ name: "a.rego", text: "package r\n" }], version: "v0", strict: false },
  ]);
  const names = handwrittenFaults().map(({ name }) => name);
  expect(names.length).toBeGreaterThan(600);
  expect(new Set(names).size).toBe(names.length);
});

test("the same seed gives the same mutants", () => {
  const sound = [
    { name: "s", text: 'package a\n\nimport data.b\n\np if {\n\tcount(b.c) > 1\n\tinput.x == "y"\n}\n', version: "v1" as const },
  ];
  const mutantsOf = (seed: number) => mutants(sound, 200, new Random(seed));
  expect(mutantsOf(1)).toEqual(mutantsOf(1));
  expect(mutantsOf(1)).not.toEqual(mutantsOf(2));
  const kinds = new Set(mutantsOf(1).map(({ name }) => name.replace(/^mutants\/\d+ (.*) of s$/, "$1")));
  expect(kinds.size).toBeGreaterThan(20);
});
