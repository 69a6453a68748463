import { expect, test } from "vitest";
import { ArgumentError, CompileError, Engine, EvaluationError, InputError, LimitError } from "../../ts/index.ts";

const policy =
  "package authz\ndefault allow := false\nallow if input.user in data.admins\nid := input.id\nslow := count(numbers.range(1, input.n))";

function engineWithPolicy(options = {}): Engine {
  const engine = new Engine(options);
  engine.loadPolicy("authz.rego", policy);
  engine.setData({ admins: ["ann"] });
  return engine;
}

test("a prepared query answers as its engine does, and sees what changes", async () => {
  const engine = engineWithPolicy();
  const allow = engine.prepare("data.authz.allow");
  expect([allow.query, allow.evaluate({ user: "ann" }), allow.evaluateJson('{"user":"bob"}')]).toEqual(["data.authz.allow", true, "false"]);
  expect(allow.evaluateMany([{ user: "ann" }, { user: "bob" }, {}])).toEqual([true, false, false]);
  expect([allow.test({ user: "ann" }), allow.test({ user: "bob" })]).toEqual([true, false]);
  expect(await allow.evaluateAsync({ user: "ann" })).toBe(true);
  const before = engine.revision;
  engine.patchData([{ op: "add", path: "/admins/-", value: "bob" }]);
  expect([engine.revision, allow.test({ user: "bob" })]).toEqual([before + 1, true]);
});

test("a query that does not compile is not prepared", () => {
  expect(() => engineWithPolicy().prepare("data.authz.[")).toThrow(CompileError);
  expect(() => engineWithPolicy().prepare("acme.send({})")).toThrow(/acme.send/);
});

test("undefined counts as the option says, and is an error without it", () => {
  const question = engineWithPolicy().prepare("data.authz.nothing");
  expect(question.test({}, { undefined: false })).toBe(false);
  expect(() => question.test({})).toThrow(EvaluationError);
});

test("an integer beyond a JavaScript number is an error, or a BigInt by option", () => {
  const text = '{"id": 9007199254740993}';
  const exact = engineWithPolicy({ unsafeIntegers: "bigint" });
  exact.setData({ admins: [] });
  expect(exact.evaluateJson("data.authz.id", text)).toBe("9007199254740993");
  expect(exact.evaluate("9007199254740992 + 1")).toBe(9007199254740993n);
  expect(exact.query("x := [9007199254740993]")).toEqual([{ x: [9007199254740993n] }]);
  expect(() => engineWithPolicy().evaluate("9007199254740992 + 1")).toThrow(/9007199254740993.*unsafeIntegers/);
  expect(() => new Engine({ unsafeIntegers: "round" as never })).toThrow(ArgumentError);
});

test("on the pool: answers and errors are those of the same call without it", async () => {
  const engine = engineWithPolicy();
  const inputs = Array.from({ length: 50 }, (_, index) => ({ user: index % 2 ? "ann" : "bob" }));
  const answers = await Promise.all(inputs.map((input) => engine.evaluateAsync("data.authz.allow", input)));
  expect(answers).toEqual(inputs.map(({ user }) => user === "ann"));
  await expect(engine.evaluateAsync("data.authz.[")).rejects.toThrow(CompileError);
  await expect(engine.evaluateAsync("data.authz.allow", { n: 1n })).rejects.toThrow(InputError);
  await expect(engine.evaluateAsync("data.authz.slow", { n: 1e9 })).rejects.toMatchObject({
    name: "LimitError",
    kind: "memory",
    option: "maxEvaluationMemoryBytes",
    limit: 64 * 1024 * 1024,
  });
  expect(await engine.evaluateAsync("data.nothing")).toBeUndefined();
});

test("an aborted evaluation rejects with the reason of its signal", async () => {
  const engine = engineWithPolicy();
  const reason = new Error("enough");
  await expect(engine.evaluateAsync("data.authz.allow", {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  // Behind more work than the pool has threads, so that it has not begun.
  const busy = Array.from({ length: 64 }, () => engine.evaluateAsync("data.authz.slow", { n: 100_000 }));
  const controller = new AbortController();
  const aborted = engine.evaluateAsync("data.authz.allow", {}, { signal: controller.signal });
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  expect(new Set(await Promise.all(busy))).toEqual(new Set([100_000]));
});

test("a limit says which option moves it", () => {
  const engine = engineWithPolicy({ maxEvaluationMemoryBytes: 1_000_000 });
  expect(() => engine.evaluate("data.authz.slow", { n: 1e9 })).toThrow(LimitError);
  expect(() => engine.evaluate("data.authz.slow", { n: 1e9 })).toThrow(expect.objectContaining({ option: "maxEvaluationMemoryBytes" }));
  expect(() => new Engine({ maxNesting: 5 }).loadPolicy("p", "package p\nx := [[[[[1]]]]]")).toThrow(
    expect.objectContaining({ kind: "nesting", option: "maxNesting", limit: 5, file: "p" }),
  );
});

test("a load that takes too long is refused, and the old set serves on", () => {
  const engine = engineWithPolicy({ maxLoadMs: 30_000 });
  const rules = Array.from({ length: 3000 }, (_, index) => `r${index} := ${index}`).join("\n");
  engine.loadPolicy("p", `package p\n${rules}`);
  const hasty = new Engine({ maxLoadMs: 1 });
  expect(() => hasty.loadPolicy("p", `package p\n${rules}`)).toThrow(
    expect.objectContaining({ name: "LimitError", kind: "time", option: "maxLoadMs", limit: 1 }),
  );
  expect([hasty.revision, hasty.loadedPolicies()]).toEqual([0, []]);
});

test("data is read back, and policies are loaded all or none", () => {
  const engine = engineWithPolicy();
  expect([engine.getData("/admins/0"), engine.getData(), engine.getData("/none")]).toEqual(["ann", { admins: ["ann"] }, undefined]);
  engine.loadPolicies({ "a.rego": "package a\nx := data.b.y", "b.rego": "package b\ny := 1" });
  expect(engine.evaluate("data.a.x")).toBe(1);
  expect(() => engine.loadPolicies({ "a.rego": "package a\nx := 2", "c.rego": "package c\nx := := 1" })).toThrow(
    expect.objectContaining({ file: "c.rego" }),
  );
  expect(engine.evaluate("data.a.x")).toBe(1);
  for (const bad of [null, "x", { a: 1 }]) expect(() => engine.loadPolicies(bad as never)).toThrow(ArgumentError);
});
