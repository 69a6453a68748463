// The classes of outcomes, with engines that answer what a test gives them: what the real one answers is what `npm run conformance` shows.
import { expect, test } from "vitest";
import { countOutcomes, regressions, total } from "./counts.ts";
import type { OpaCase } from "./opa-cases.ts";
import { runCase, type Grid } from "./run-case.ts";

class GridError extends Error {
  readonly code: string;
  readonly option?: string;
  constructor(code: string, option?: string) {
    super("no");
    this.code = code;
    if (option) this.option = option;
  }
}

/** A package whose engine answers every query alike, or throws. */
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

const wanted = (want: Partial<OpaCase>): OpaCase => ({ version: "v1", group: "g", note: "n", query: "q", ...want });
const classOf = (want: Partial<OpaCase>, answer: Record<string, unknown>[] | Error) => runCase(wanted(want), grid(answer)).class;

test("rows are sets, keys have no order, and integers are alike whatever their type", () => {
  const want = { want_result: [{ x: 1 }, { x: { a: 1, b: [2] } }] };
  expect(classOf(want, [{ x: { b: [2n], a: 1 } }, { x: 1 }, { x: 1 }])).toBe("pass");
  expect(classOf(want, [{ x: 1 }])).toBe("wrong");
  expect(classOf({ want_result: [] }, [])).toBe("pass");
  expect(classOf({ want_result: [{ x: true }] }, [])).toBe("wrong");
});

test("a rule that comes to something else by itself is wrong", () => {
  const one = wanted({ query: "data.p.q = x", want_result: [{ x: [1] }] });
  expect(runCase(one, grid([{ x: [1] }], [1])).class).toBe("pass");
  expect(runCase(one, grid([{ x: [1] }], undefined)).class).toBe("wrong");
  const none = wanted({ query: "data.p.q = x", want_result: [] });
  expect(runCase(none, grid([], undefined)).class).toBe("pass");
  expect(runCase(none, grid([], false)).class).toBe("wrong");
});

test("bindings are sorted in OPA's order where the case says so", () => {
  const values = ["b", 10, 9, null, true, [1], [], "a", { a: 1 }];
  const sorted = [null, true, 9, 10, "a", "b", [], [1], { a: 1 }];
  expect(classOf({ want_result: [{ x: sorted }], sort_bindings: true }, [{ x: values }])).toBe("pass");
  expect(classOf({ want_result: [{ x: sorted }] }, [{ x: values }])).toBe("wrong");
});

test("errors: wanted ones pass, others are told apart", () => {
  expect(classOf({ want_error: "e" }, new GridError("GRID_EVALUATION"))).toBe("pass");
  expect(classOf({ want_error_code: "e" }, [{ x: 1 }])).toBe("lenient");
  // The policy was refused before it could fail as it should.
  expect(classOf({ want_error: "e" }, new GridError("GRID_COMPILE"))).toBe("missing");
  expect(classOf({ want_result: [] }, new GridError("GRID_COMPILE"))).toBe("missing");
  expect(classOf({ want_error: "e" }, new GridError("GRID_INTERNAL"))).toBe("panic");
  expect(classOf({ want_result: [] }, new GridError("GRID_LIMIT", "maxEvaluationMs"))).toBe("timeout");
  expect(classOf({ want_result: [] }, new TypeError("x"))).toBe("crash");
});

test("a group that passes less and a case that newly differs are regressions", () => {
  const cases = [wanted({ note: "a" }), wanted({ note: "b" }), wanted({ note: "c", group: "h" })];
  const outcomes = (...classes: ("pass" | "wrong" | "missing")[]) => classes.map((one) => ({ class: one, reason: "" }));
  const before = countOutcomes(cases, outcomes("pass", "missing", "pass"));
  expect(total(before)).toMatchObject({ pass: 2, missing: 1, wrong: 0 });
  expect(regressions(before, countOutcomes(cases, outcomes("pass", "pass", "pass")))).toEqual([]);
  expect(regressions(before, countOutcomes(cases, outcomes("pass", "wrong", "pass")))).toEqual(["b: wrong"]);
  expect(regressions(before, countOutcomes(cases, outcomes("missing", "missing", "pass")))).toEqual(["g: 0 pass, before 1"]);
});
