// The classes of outcomes, with fake engines; `npm run conformance` runs the real one.
import { expect, test } from "vitest";
import { countOutcomes, regressions, total } from "./counts.ts";
import type { OpaCase } from "./opa-cases.ts";
import { runCase, type Grid } from "./run-case.ts";

class GridError extends Error {
  readonly code: string;
  readonly option?: string;
  readonly opaCode?: string;
  constructor(code: string, { option, opaCode, message = "no" }: { option?: string; opaCode?: string; message?: string } = {}) {
    super(message);
    this.code = code;
    if (option) this.option = option;
    if (opaCode) this.opaCode = opaCode;
  }
}

/** A package whose engine answers every query with `answer`, or throws it. */
function grid(answer: Record<string, unknown>[] | Error, value?: unknown): Grid {
  class Engine {
    loadPolicies(): void {}
    setData(): void {}
    query(): Record<string, unknown>[] {
      if (answer instanceof Error) throw answer;
      return answer;
    }
    evaluate(): unknown {
      return value;
    }
  }
  return { Engine, GridError: GridError as unknown as Grid["GridError"] };
}

const caseOf = (want: Partial<OpaCase>): OpaCase => ({ version: "v1", group: "g", note: "n", query: "q", ...want });
const classOf = (want: Partial<OpaCase>, answer: Record<string, unknown>[] | Error) => runCase(caseOf(want), grid(answer)).class;

test("rows are sets, keys have no order, and integers of all types are equal", () => {
  const want = { want_result: [{ x: 1 }, { x: { a: 1, b: [2] } }] };
  expect(classOf(want, [{ x: { b: [2n], a: 1 } }, { x: 1 }, { x: 1 }])).toBe("pass");
  expect(classOf(want, [{ x: 1 }])).toBe("wrong");
  expect(classOf({ want_result: [] }, [])).toBe("pass");
  expect(classOf({ want_result: [{ x: true }] }, [])).toBe("wrong");
});

test("a rule whose value differs from its query is wrong", () => {
  const one = caseOf({ query: "data.p.q = x", want_result: [{ x: [1] }] });
  expect(runCase(one, grid([{ x: [1] }], [1])).class).toBe("pass");
  expect(runCase(one, grid([{ x: [1] }], undefined)).class).toBe("wrong");
  const none = caseOf({ query: "data.p.q = x", want_result: [] });
  expect(runCase(none, grid([], undefined)).class).toBe("pass");
  expect(runCase(none, grid([], false)).class).toBe("wrong");
});

test("an input term that JSON cannot express becomes a part of the query", () => {
  const queries: unknown[] = [];
  const { Engine, GridError: Thrown } = grid([]);
  class Recording extends Engine {
    override query(query: string, input?: unknown): Record<string, unknown>[] {
      queries.push([query, input]);
      return [];
    }
  }
  for (const input_term of ['{"a": [1]}', '{"a": {1}}'])
    runCase(caseOf({ input_term, want_result: [] }), { Engine: Recording, GridError: Thrown });
  expect(queries).toEqual([
    ["q", { a: [1] }],
    ['q with input as {"a": {1}}', undefined],
  ]);
});

test("bindings are sorted in OPA's order if the case requires it", () => {
  const values = ["b", 10, 9, null, true, [1], [], "a", { a: 1 }];
  const sorted = [null, true, 9, 10, "a", "b", [], [1], { a: 1 }];
  expect(classOf({ want_result: [{ x: sorted }], sort_bindings: true }, [{ x: values }])).toBe("pass");
  expect(classOf({ want_result: [{ x: sorted }] }, [{ x: values }])).toBe("wrong");
});

const conflict = { want_error_code: "eval_conflict_error", want_error: "conflicting values" };

test("an error passes only with the expected code and text; `loose` accepts any error", () => {
  const thrown = (opaCode?: string, message = "rule data.p produced conflicting values") =>
    runCase(caseOf(conflict), grid(new GridError("GRID_EVALUATION", { ...(opaCode && { opaCode }), message })));
  expect(thrown("eval_conflict_error")).toMatchObject({ class: "pass", loose: "pass" });
  expect(thrown("eval_type_error")).toMatchObject({ class: "other", loose: "pass" });
  expect(thrown("eval_conflict_error", "no")).toMatchObject({ class: "other", loose: "pass" });
  expect(thrown()).toMatchObject({ class: "other", loose: "pass" });
  // Without the field, the text may name the code.
  expect(thrown(undefined, "p.rego:3: eval_conflict_error: conflicting values")).toMatchObject({ class: "pass" });
});

test("an expected text may contain the place that OPA prints", () => {
  const error = new GridError("GRID_EVALUATION", { opaCode: "eval_type_error", message: "f: operand 1 must be string" });
  const want = { want_error: "test-0.rego:4: eval_type_error: f: operand 1" };
  expect(classOf(want, Object.assign(error, { file: "test-0.rego", line: 4 }))).toBe("pass");
  expect(classOf(want, Object.assign(error, { line: 5 }))).toBe("other");
  const message = "test-0.rego:4:2: eval_type_error: f: operand 1 must be string";
  const placed = new GridError("GRID_EVALUATION", { opaCode: "eval_type_error", message });
  expect(classOf(want, Object.assign(placed, { file: "test-0.rego", line: 4 }))).toBe("pass");
});

test("each class of errors has its case", () => {
  expect(classOf({ want_error_code: "e" }, [{ x: 1 }])).toBe("lenient");
  // The policy is rejected before it can fail as expected.
  expect(classOf({ want_error: "e" }, new GridError("GRID_COMPILE"))).toBe("missing");
  expect(classOf({ want_result: [] }, new GridError("GRID_COMPILE"))).toBe("missing");
  expect(classOf({ want_error: "e" }, new GridError("GRID_INTERNAL"))).toBe("panic");
  expect(classOf({ want_result: [] }, new GridError("GRID_LIMIT", { option: "maxEvaluationMs" }))).toBe("timeout");
  expect(classOf({ want_result: [] }, new TypeError("x"))).toBe("crash");
});

test("a group that passes fewer cases and a case that newly differs are regressions", () => {
  const cases = [caseOf({ note: "a" }), caseOf({ note: "b" }), caseOf({ note: "c", group: "h" })];
  const outcomes = (...classes: ("pass" | "wrong" | "missing")[]) => classes.map((one) => ({ class: one, loose: one, reason: "" }));
  const before = countOutcomes(cases, outcomes("pass", "missing", "pass"));
  expect(total(before)).toMatchObject({ pass: 2, missing: 1, wrong: 0 });
  expect(regressions(before, countOutcomes(cases, outcomes("pass", "pass", "pass")))).toEqual([]);
  expect(regressions(before, countOutcomes(cases, outcomes("pass", "wrong", "pass")))).toEqual(["b: wrong"]);
  expect(regressions(before, countOutcomes(cases, outcomes("missing", "missing", "pass")))).toEqual(["g: 0 pass, before 1"]);
});
