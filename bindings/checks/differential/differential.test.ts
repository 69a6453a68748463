import { expect, test } from "vitest";
import type { Answer } from "../opa/answers.ts";
import { causeOf, CLASSES, fails } from "./compare.ts";
import { withoutRejected } from "./peers.ts";
import { makeCase, type Policy, questionsOf, textOf } from "./policies.ts";
import { shrink } from "./shrink.ts";

test("answers other than OPA's and policies that Grid rejects are failures", () => {
  expect(CLASSES.filter((one) => fails(one, "cause"))).toEqual(["order", "value", "errors", "answers", "refused", "ended"]);
});

test("similar differences have one cause", () => {
  const error = (code: string, message: string): Answer => ({ error: code, message });
  const cause = (name: string) =>
    causeOf("answers", { text: "1" }, error("eval_type_error", `data.t1.main.${name}: operand 1 must be "a"`), false);
  expect(cause("r0")).toBe(cause("r1"));
  expect(causeOf("value", { text: "undefined" }, { text: "1" }, true)).toBe("value, strict: Grid undefined / OPA a value");
});

test("the same seed gives the same case, another seed another case", () => {
  const caseText = (seed: number) => JSON.stringify(makeCase(seed, "t", 5));
  expect(caseText(7)).toBe(caseText(7));
  expect(caseText(7)).not.toBe(caseText(8));
});

test("the generator makes every construct", () => {
  const all = Array.from({ length: 600 }, (_, seed) => makeCase(seed, "t", 0).policy);
  const source = all.flatMap(({ main, lib }) => [textOf(main), textOf(lib)]).join("\n");
  const constructs = {
    "with on input": /with input as/,
    "with on a part of the input": /with input\.\w+ as/,
    "with on data": /with data\.d\S* as/,
    "with on a rule": /with (?:r\d|data\.t\.lib\.l\d|lib\.l\d) as/,
    "with on a builtin": /with (?:count|upper|time\.now_ns) as/,
    "several with": /with \S+ as [^;{}]* with /,
    every: /every \w+(?:, \w+)? in /,
    some: /some \w+;/,
    "some in": /some \w+ in /,
    in: /\S in \S/,
    "array comprehension": /\[\w+ \| /,
    "object comprehension": /\{\w+: \w+ \| /,
    "comprehension in another": /\w \| [^|\]}]*[[{]\S+(?:: \S+)? \| /,
    unification: /\[[^\]|]+\] = \[/,
    "object pattern": /\{"a": \w+[^}|]*\} = /,
    "partial set": /^r\d contains /m,
    "partial object": /^r\d\[[^\]]+\] := /m,
    "reference head": /^r\d\.\w+[^(\n]* := /m,
    "reference head with a set": /^r\d\[[^\]]+\]\.b contains/m,
    else: /\} else := /,
    "default function": /^default r\d\(/m,
    "template string": /\$"[^"]*\{/,
    and: / and /,
    or: / or /,
    "not body": /not \{ /,
    "package as a value": /(?:data\.t\.lib|lib|other)(?:\[_\]|[;) }])/,
    walk: /walk\(/,
    "several bodies": /\} \{ /,
    "output of a call": /count\([^()]+, \w+\)/,
    "keyword in a reference": /input\.if/,
  };
  expect(Object.entries(constructs).flatMap(([name, pattern]) => (pattern.test(source) ? [] : [name]))).toEqual([]);
});

const source = (clauses: string[]) => ({ header: ["package t.main", "import data.d"], clauses });

test("the questions are rules, paths below them, packages and queries", () => {
  const policy: Policy = {
    seed: 1,
    name: "t",
    main: source(["default r0 := 1", "r1(x) := 2", "r2.a.b := 1", "r2.a.c := 2 if { true }", 'r3["1"] := 2']),
    lib: source([]),
    strictErrors: false,
  };
  const questions = questionsOf(policy);
  expect(questions.slice(0, -2)).toEqual([
    "data.t.main.r0",
    "data.t.main.r2",
    "data.t.main.r3",
    "data.t.main.r2.a.b",
    "data.t.main.r2.a.c",
    'data.t.main.r3["1"]',
    "data.t.main",
    "data.t",
  ]);
  expect(questions.slice(-2).every((query) => query.includes("data.t.main.r"))).toBe(true);
  expect(questionsOf(policy)).toEqual(questions);
});

test("only rejected clauses are left out", () => {
  const policy: Policy = { seed: 1, name: "t", main: source(["a", "b", "c"]), lib: source(["d"]), strictErrors: false };
  const left = withoutRejected(policy, [
    { message: "m", part: "main", index: 1 },
    { message: "m", part: "lib", index: 7 },
  ]);
  expect(left?.main.clauses).toEqual(["a", "c"]);
  expect(left?.lib.clauses).toEqual(["d"]);
  expect(withoutRejected(policy, [{ message: "m" }])).toBeUndefined();
});

test("shrinking leaves out the irrelevant parts of an example", async () => {
  const policy: Policy = {
    seed: 1,
    name: "t",
    main: source(["r0 := 1", "r1 if { input.a; input.b == [1, 2]; count(d) > 1 }"]),
    lib: source(["l0 := 2"]),
    strictErrors: false,
  };
  const shows = ({ policy: { main }, input }: { policy: Policy; input: string | undefined }) =>
    Promise.resolve(textOf(main).includes("r1 if") && textOf(main).includes("input.b") && (input ?? "").includes('"b"'));
  const small = await shrink({ policy, input: '{"a": {"b": [1, 2]}, "c": 3}' }, shows, 1000);
  expect(small.policy.main).toEqual({ header: ["package t.main"], clauses: ["r1 if{input.b}"] });
  expect(small.policy.lib.clauses).toEqual([]);
  expect(small.input).toBe('{"a":{"b":[]}}');
});
