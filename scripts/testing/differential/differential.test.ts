import { describe, expect, test } from "vitest";
import { type Answers, type Class, classOf } from "./compare.ts";
import { type Answer, canonical } from "./grid.ts";
import { makeCase, type Policy, textOf } from "./policies.ts";
import { shrink } from "./shrink.ts";

const text = (value: string): Answer => ({ text: value });
const error = (code: string): Answer => ({ error: code, message: code });
const evaluation = error("GRID_EVALUATION");
const conflict = error("eval_conflict_error");

describe("what three answers come to", () => {
  test.each<[Class, Answers]>([
    ["equal", { plan: text("1"), core: text("1"), opa: text("1") }],
    ["equal", { plan: text("1"), core: text("1") }],
    ["equal", { plan: text('{"b":1,"a":2}'), core: text('{"b":1,"a":2}'), opa: text('{"a":2,"b":1}') }],
    ["equal", { plan: evaluation, core: evaluation, opa: conflict }],
    ["equal", { plan: error("GRID_INPUT"), core: error("GRID_INPUT"), opa: text("1") }],
    ["plan", { plan: text("1"), core: text("2"), opa: text("2") }],
    ["plan", { plan: text("1"), core: text("2") }],
    ["plan", { plan: text("1"), core: evaluation, opa: conflict }],
    ["plan", { plan: text("undefined"), core: text("false"), opa: text("false") }],
    ["plan", { plan: evaluation, core: text("1") }],
    ["plan", { plan: text("1"), core: error("GRID_INTERNAL") }],
    ["plan", { plan: error("GRID_LIMIT"), core: evaluation, opa: text("1") }],
    ["unasked", { plan: text("1"), core: evaluation, opa: text("1") }],
    ["unasked", { plan: text("1"), core: evaluation }],
    ["core", { plan: text("1"), core: text("2"), opa: text("1") }],
    ["value", { plan: text("1"), core: text("1"), opa: text("2") }],
    ["answers", { plan: text("undefined"), core: text("undefined"), opa: conflict }],
    ["errs", { plan: evaluation, core: evaluation, opa: text("undefined") }],
  ])("%s", (expected, answers) => {
    expect(classOf(answers)).toBe(expected);
  });
});

test("numbers are compared by their value, with all of their digits", () => {
  expect(canonical('{"b":[1.0,1e2,-0],"a":9007199254740993}')).toBe('{"a":9007199254740993,"b":[1,100,0]}');
  expect(canonical('{"number":"1"}')).not.toBe(canonical("1"));
});

test("a seed always makes the same case, and another one another", () => {
  const made = (seed: number) => JSON.stringify(makeCase(seed, "t", 5));
  expect(made(7)).toBe(made(7));
  expect(made(7)).not.toBe(made(8));
});

test("what does not matter is left out of an example", async () => {
  const source = (clauses: string[]) => ({ header: ["package t.main", "import data.d"], clauses });
  const policy: Policy = {
    seed: 1,
    name: "t",
    main: source(["r0 := 1", "r1 if { input.a; input.b == [1, 2]; count(d) > 1 }"]),
    lib: source(["l0 := 2"]),
  };
  const shows = ({ policy: { main }, input }: { policy: Policy; input: string | undefined }) =>
    Promise.resolve(textOf(main).includes("r1 if") && textOf(main).includes("input.b") && (input ?? "").includes('"b"'));
  const small = await shrink({ policy, input: '{"a": {"b": [1, 2]}, "c": 3}' }, shows, 1000);
  expect(small.policy.main).toEqual({ header: ["package t.main"], clauses: ["r1 if{input.b}"] });
  expect(small.policy.lib.clauses).toEqual([]);
  expect(small.input).toBe('{"a":{"b":[]}}');
});
