import { expect, test } from "vitest";
import { coverageJson } from "./coverage-json.ts";
import { describeFaults, faultsJson } from "./faults.ts";
import type { TestResult } from "./grid.ts";
import { goCompactJson, goJson } from "./json.ts";
import { PolicyErrors } from "./load.ts";
import { describeTests, goDuration, hasFailed, testsJson } from "./test-report.ts";

const result = (fields: Partial<TestResult>): TestResult => ({
  package: "data.p",
  name: "test_a",
  file: "p.rego",
  line: 3,
  column: 1,
  outcome: "pass",
  prints: [],
  durationNs: 1500,
  ...fields,
});

test("JSON is that of Go: members and digits stay, and <, > and & are escaped", () => {
  const text = '{"b":[1.10,12345678901234567890],"10":"<a> & \\"b\\",{","2":{},"e":[]}';
  expect(goJson(text)).toBe(
    '{\n  "b": [\n    1.10,\n    12345678901234567890\n  ],\n  "10": "\\u003ca\\u003e \\u0026 \\"b\\",{",\n  "2": {},\n  "e": []\n}',
  );
  expect(goCompactJson('{ "a": "<" }')).toBe('{"a":"\\u003c"}');
});

test("passed tests are printed only with --verbose; cases count instead of their test", () => {
  const results = [
    result({}),
    result({ name: "test_b", outcome: "fail", prints: [{ file: "p.rego", line: 4, text: "x" }] }),
    result({
      name: "test_c",
      file: "q.rego",
      outcome: "fail",
      cases: [
        { path: ["b", "1"], outcome: "fail" },
        { path: ["a"], outcome: "pass" },
      ],
    }),
    result({ name: "todo_test_d", outcome: "skip" }),
    result({ name: "test_e", outcome: "error", message: "p.rego:3: eval_conflict_error: no" }),
  ];
  expect(describeTests(results, false)).toBe(
    `p.rego:3:\ndata.p.test_b: FAIL (1.5µs)\n\n  x\n\n\nq.rego:3:\ndata.p.test_c: FAIL (1.5µs)\n  b: FAIL\n    1: FAIL\n\np.rego:3:\ndata.p.todo_test_d: SKIPPED\np.rego:3:\ndata.p.test_e: ERROR (1.5µs)\n  p.rego:3: eval_conflict_error: no\n${"-".repeat(80)}\nPASS: 2/6\nFAIL: 2/6\nSKIPPED: 1/6\nERROR: 1/6`,
  );
  expect(describeTests(results.slice(0, 1), true)).toMatch(/^p\.rego:3:\ndata\.p\.test_a: PASS \(1\.5µs\)\n-{80}\nPASS: 1\/1$/);
  expect(results.map(hasFailed)).toEqual([false, true, true, true, true]);
  const [, b, c] = JSON.parse(testsJson(results)) as object[];
  expect(b).toEqual({
    location: { file: "p.rego", row: 3, col: 1 },
    package: "data.p",
    name: "test_b",
    fail: true,
    duration: 1500,
    output: "eAo=",
  });
  expect(c).toMatchObject({
    sub_results: { a: { name: "a" }, b: { name: "b", fail: true, sub_results: { 1: { name: "1", fail: true } } } },
  });
  expect(testsJson([])).toBe("null");
});

test("durations are those of Go", () => {
  expect([0, 999, 1500, 2_000_000, 3_250_000_000].map(goDuration)).toEqual(["0s", "999ns", "1.5µs", "2ms", "3.25s"]);
});

test("errors are listed as OPA lists them, up to a number", () => {
  const parse = {
    code: "GRID_COMPILE",
    opaCode: "rego_parse_error",
    message: "no",
    file: "p.rego",
    line: 2,
    column: 3,
    details: ["x {", "  ^"],
  };
  const type = { ...parse, opaCode: "rego_type_error", details: ["have: number", "want: string"] };
  expect(describeFaults(new PolicyErrors([parse]), 10)).toBe(
    "1 error occurred during loading: p.rego:2: rego_parse_error: no\n\tx {\n\t  ^",
  );
  expect(describeFaults(new PolicyErrors([type, type]), 1)).toBe(
    "2 errors occurred:\np.rego:2: rego_type_error: no\n\thave: number\n\twant: string\nrego_compile_error: error limit reached",
  );
  expect(describeFaults(new PolicyErrors([type, type]), 0).split("\n")[0]).toBe("2 errors occurred:");
  expect(JSON.parse(faultsJson(new PolicyErrors([parse]), 10))).toEqual({
    errors: [{ message: "no", code: "rego_parse_error", location: { file: "p.rego", row: 2, col: 3 }, details: { line: "x {", idx: 2 } }],
  });
});

test("coverage leaves out what is zero, as OPA does", () => {
  const covered = { coveredLines: 1, notCoveredLines: 0, coverage: 100 };
  const text = coverageJson({ ...covered, files: [{ ...covered, file: "p.rego", covered: [{ start: 2, end: 3 }], notCovered: [] }] });
  expect(JSON.parse(text)).toEqual({
    files: { "p.rego": { covered: [{ start: { row: 2 }, end: { row: 3 } }], covered_lines: 1, coverage: 100 } },
    covered_lines: 1,
    not_covered_lines: 0,
    coverage: 100,
  });
});
