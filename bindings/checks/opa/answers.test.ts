import { describe, expect, test } from "vitest";
import { type Answer, answersOf, gridAnswer, type Verdict, verdictOf } from "./answers.ts";
import { canonical, unordered } from "./canonical.ts";

test("numbers are compared by value, with all digits", () => {
  expect(canonical('{"b":[1.0,1e2,-0],"a":9007199254740993}')).toBe('{"a":9007199254740993,"b":[1,100,0]}');
  expect(canonical("[0.10, 1e-3, 12.50e1, -1.5, 1e1000, 100000000000000000000.5]")).toBe(
    `[0.1,0.001,125,-1.5,1${"0".repeat(1000)},100000000000000000000.5]`,
  );
  expect(canonical("1e999999")).toBe("1e999999");
  expect(canonical('{"number":"1"}')).not.toBe(canonical("1"));
});

test("arrays can be compared without their order", () => {
  expect(unordered('[{"a":[2,1]},1]')).toBe(unordered('[1.0,{"a":[1,2]}]'));
  expect(unordered("[1,1]")).not.toBe(unordered("[1]"));
});

test("a line of the oracle has an answer for each input of each query", () => {
  const first = '[{"value":9007199254740993},{"undefined":true}]';
  const second = '[{"errors":[{"code":"eval_conflict_error","message":"m"}]},{"error":"e"}]';
  expect(answersOf(`{"answers":[${first},${second}]}`)).toEqual([
    [{ text: "9007199254740993" }, { text: "undefined" }],
    [
      { error: "eval_conflict_error", message: "m" },
      { error: "oracle", message: "e" },
    ],
  ]);
  expect(answersOf('{"error":"the oracle ended"}')).toBeUndefined();
});

describe("the verdict of two answers", () => {
  const text = (value: string): Answer => ({ text: value });
  const opa = (code: string): Answer => ({ error: code, message: code });
  const grid = (own: string, code = "no code"): Answer => ({ error: code, message: "", own });
  test.each<[Verdict, Answer, Answer]>([
    ["same", text('{"b":1,"a":2.0}'), text('{"a":2,"b":1}')],
    ["same", text("undefined"), text("undefined")],
    ["same", grid("GRID_EVALUATION", "eval_conflict_error"), opa("eval_conflict_error")],
    ["digits", text("[0.3333333333333333]"), text("[0.33333333333333331]")],
    ["value", text("9007199254740993"), text("9007199254740999")],
    ["order", text("[2,1]"), text("[1,2]")],
    ["value", text("1"), text("2")],
    ["value", text("undefined"), text("false")],
    ["value", text("[1]"), text("[1,1]")],
    ["errors", grid("GRID_EVALUATION"), text("1")],
    ["errors", grid("GRID_INTERNAL"), text("undefined")],
    ["answers", text("undefined"), opa("eval_conflict_error")],
    ["code", grid("GRID_EVALUATION", "eval_type_error"), opa("eval_conflict_error")],
    ["limit", grid("GRID_LIMIT"), text("1")],
  ])("%s", (expected, own, other) => expect(verdictOf(own, other)).toBe(expected));
});

test("an error of Grid has OPA's code by its field or by its text", () => {
  const thrown = (fields: object, message = "m") =>
    gridAnswer(() => {
      throw Object.assign(new Error(message), { code: "GRID_EVALUATION", ...fields });
    });
  expect(thrown({ opaCode: "eval_type_error" })).toEqual({ error: "eval_type_error", message: "m", own: "GRID_EVALUATION" });
  expect(thrown({}, "a.rego:3: eval_conflict_error: two\n\tline")).toMatchObject({ error: "eval_conflict_error", message: "two" });
  expect(thrown({})).toMatchObject({ error: "no code" });
  expect(gridAnswer(() => undefined)).toEqual({ text: "undefined" });
});
