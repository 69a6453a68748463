import { describe, expect, test } from "vitest";
import { ArgumentError, CompileError, Engine, type GridError, InputError } from "../../ts/index.ts";

/** What a call throws. */
function thrown(call: () => unknown): GridError {
  try {
    call();
  } catch (error) {
    return error as GridError;
  }
  throw new Error("the call did not throw");
}

describe("validate", () => {
  test("returns errors as plain objects and changes nothing", () => {
    const engine = new Engine();
    expect(engine.validate("package p\nallow if input.ok")).toEqual([]);
    const fault = {
      code: "GRID_COMPILE",
      opaCode: "rego_parse_error",
      details: ["x := {", "     ^"],
      file: "a.rego",
      line: 2,
      column: 6,
    };
    const faults = engine.validate({ "a.rego": "package a\nx := {", "b.rego": "package b\ny if not z" });
    expect(faults).toEqual([
      { ...fault, message: "unexpected eof token" },
      { ...fault, message: "unexpected eof token: expected rule value term (e.g., x := <VALUE> { ... })" },
    ]);
    // Parse errors are reported alone, as by OPA.
    const [unsafe, ...others] = engine.validate({ "b.rego": "package b\ny if not z" });
    expect(unsafe).toMatchObject({ opaCode: "rego_unsafe_var_error", message: "var z is unsafe", file: "b.rego", line: 2, column: 6 });
    expect(others).toEqual([]);
    expect(faults[0]!.message).not.toContain("a.rego");
    expect([engine.loadedPolicies(), engine.revision]).toEqual([[], 0]);
  });

  test("names options as they are spelled here", () => {
    const [fault] = new Engine({ maxPolicyBytes: 5 }).validate("package p");
    expect(fault).toMatchObject({ code: "GRID_LIMIT", message: expect.stringContaining("maxPolicyBytes") });
  });

  test.each([undefined, null, 1, { p: 1 }, { p: undefined }, { "": "package p" }])("%j are not sources", (sources) => {
    expect(() => new Engine().validate(sources as never)).toThrow(ArgumentError);
  });
});

describe("trace", () => {
  const policy = 'package p\nallow if {\n  print("asked by", input.user)\n  input.user == "ann"\n  1 / input.n > 0\n}';

  test("has the value, prints and metrics", () => {
    const engine = new Engine();
    engine.loadPolicy("p.rego", policy);
    const { metrics, ...trace } = engine.trace("data.p.allow", { user: "ann", n: 1 });
    expect(trace).toEqual({ value: true, prints: [{ file: "p.rego", line: 3, text: "asked by ann" }], droppedPrints: 0 });
    expect(metrics).toMatchObject({ decisionCache: "off" });
    for (const time of [metrics.evaluationNs, metrics.inputParseNs, metrics.compileNs]) expect(time).toBeGreaterThan(100);
    expect(engine.trace("data.p.none")).toMatchObject({ value: undefined, metrics: { inputParseNs: 0, compileNs: metrics.compileNs } });
  });

  test("has no compile time before anything is loaded", () => {
    expect(new Engine().trace("1 + 1")).toMatchObject({ value: 2, metrics: { compileNs: 0 } });
  });

  test("an error has the prints before it", () => {
    const engine = new Engine({ strictBuiltinErrors: true });
    engine.loadPolicy("p.rego", policy);
    const error = thrown(() => engine.trace("data.p.allow", { user: "ann", n: 0 }));
    expect(error).toMatchObject({ code: "GRID_EVALUATION", file: "p.rego", line: 5, prints: [{ line: 3, text: "asked by ann" }] });
    expect(error.message).toBe(thrown(() => engine.evaluate("data.p.allow", { user: "ann", n: 0 })).message);
    expect(() => engine.trace("data.[")).toThrow(CompileError);
    expect(() => engine.trace("data.p.allow", { n: 1n })).toThrow(InputError);
    expect(() => engine.trace("data.p.allow", {}, { cache: false } as never)).toThrow(ArgumentError);
  });

  test("prints are bounded, by number and by the memory of the evaluation", () => {
    const engine = new Engine({ maxEvaluationMemoryBytes: 4_000_000 });
    engine.loadPolicy("p.rego", "package p\nall := count([1 | some x in numbers.range(1, input.n); print(input.text, x)])");
    const { value, prints, droppedPrints } = engine.trace<number>("data.p.all", { n: 3000, text: "number" });
    expect([value, prints.length, droppedPrints, prints[999]!.text]).toEqual([3000, 1000, 2000, "number 1000"]);
    const long = engine.trace("data.p.all", { n: 100, text: "x".repeat(10_000) });
    expect([long.prints.length, long.droppedPrints]).toEqual([6, 94]);
  });

  test("keeps integers as the engine does", () => {
    const engine = new Engine({ unsafeIntegers: "bigint" });
    expect(engine.trace("9007199254740992 + 1").value).toBe(9007199254740993n);
  });
});

describe("runTests", () => {
  test("returns each test and the totals", () => {
    const engine = new Engine();
    engine.loadPolicy(
      "p.rego",
      'package p\ntest_a if print("a")\ntest_b := x if some x in [1, 2]\ntest_c[k] if { some k in ["x", "y"]; k == "x" }\ntodo_test_d if true',
    );
    const report = engine.runTests();
    const where = { package: "data.p", file: "p.rego", column: 1, droppedPrints: 0, durationNs: expect.any(Number) };
    expect(report).toEqual({
      results: [
        { ...where, name: "test_a", line: 2, outcome: "pass", prints: [{ file: "p.rego", line: 2, text: "a" }] },
        {
          ...where,
          name: "test_b",
          line: 3,
          outcome: "error",
          code: "GRID_EVALUATION",
          message: expect.stringMatching(/^p\.rego:3:/),
          prints: [],
        },
        {
          ...where,
          name: "test_c",
          line: 4,
          outcome: "fail",
          cases: [
            { path: ["x"], outcome: "pass" },
            { path: ["y"], outcome: "fail" },
          ],
          prints: [],
        },
        { ...where, name: "todo_test_d", line: 5, outcome: "skip", prints: [] },
      ],
      pass: 2,
      fail: 1,
      error: 1,
      skip: 1,
    });
    expect(report.results[0]!.durationNs).toBeGreaterThan(100);
    expect(engine.revision).toBe(1);
  });

  test("options of other types are refused", () => {
    for (const options of [{ filter: 1 }, { coverage: "yes" }, { only: "x" }, null]) {
      expect(() => new Engine().runTests(options as never)).toThrow(ArgumentError);
    }
    expect(() => new Engine().runTests({ filter: "(" })).toThrow(/regular expression/);
  });
});

test("coverage counts lines", () => {
  const engine = new Engine();
  engine.loadPolicy("p.rego", "package p\nallow if {\n  input.a\n  input.b\n}");
  const lines = { covered: [{ start: 3, end: 4 }], notCovered: [{ start: 2, end: 2 }], coveredLines: 2, notCoveredLines: 1 };
  const totals = { coveredLines: 2, notCoveredLines: 1, coverage: 200 / 3 };
  expect(engine.coverage("data.p.allow", { a: true, b: false })).toEqual({
    files: [{ file: "p.rego", ...lines, coverage: 200 / 3 }],
    ...totals,
  });
  engine.loadPolicy("p_test.rego", "package p_test\ntest_a if not data.p.allow with input as {}");
  expect(engine.runTests({ coverage: true }).coverage).toMatchObject({ coveredLines: 2, notCoveredLines: 2, coverage: 50 });
  expect(new Engine().coverage("1 + 1")).toEqual({ files: [], coveredLines: 0, notCoveredLines: 0, coverage: 0 });
  expect(() => engine.coverage("data.p.allow", { n: 1n })).toThrow(InputError);
});
