import { describe, expect, test } from "vitest";
import { ArgumentError, CompileError, Engine, type EngineOptions, EvaluationError, InputError, LimitError } from "../../ts/index.ts";
import { engineWith, thrown } from "./builtins.ts";

describe("values", () => {
  test("arguments come in as JSON values and the answer goes back", () => {
    const seen: unknown[] = [];
    const fn = (...args: unknown[]) => {
      seen.push(...args);
      return { got: args, left: undefined };
    };
    const engine = engineWith({ "acme.echo": { args: 3, fn } }, 'x := acme.echo(input, {2, 1}, {"a": null})');
    const answer = engine.evaluate("data.p.x", { text: "größe \u{1f511} \0" });
    expect(seen).toEqual([{ text: "größe \u{1f511} \0" }, [1, 2], { a: null }]);
    expect(answer).toEqual({ got: seen });
  });

  test("undefined is Rego's undefined, and null and false are not", () => {
    const engine = engineWith({ "acme.give": { args: 1, fn: (what) => ({ null: null, false: false })[what as string] } }, "x := 1");
    expect(engine.evaluate('acme.give("none")')).toBe(undefined);
    expect(engine.evaluate('acme.give("null")')).toBe(null);
    expect(engine.evaluate('acme.give("false")')).toBe(false);
  });

  test("every method that evaluates calls it", () => {
    const engine = engineWith({ "acme.yes": { args: 0, fn: () => true } }, "allow if acme.yes()");
    expect(engine.evaluate("data.p.allow")).toBe(true);
    expect(engine.evaluateJson("data.p.allow")).toBe("true");
    expect(engine.test("data.p.allow")).toBe(true);
    expect(engine.query("x := acme.yes()")).toEqual([{ x: true }]);
    expect(engine.prepare("data.p.allow").evaluateMany([1, 2])).toEqual([true, true]);
  });

  test("integers beyond 2^53 are as unsafeIntegers says", () => {
    const types: string[] = [];
    const builtins = { "acme.kind": { args: 1, fn: (value: unknown) => types.push(typeof value) } };
    const error = thrown(() => engineWith(builtins, "").evaluate("acme.kind(9007199254740993)"));
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error.message).toMatch(/acme\.kind.*an argument holds the integer 9007199254740993/);
    expect(types).toEqual([]);
    engineWith(builtins, "", { unsafeIntegers: "bigint" }).evaluate("acme.kind(9007199254740993)");
    expect(types).toEqual(["bigint"]);
  });

  test.each([
    [() => [1, Number.NaN], "the answer[1] is NaN"],
    [() => ({ a: { b: 1n } }), "the answer.a.b is a BigInt"],
    [() => new Map(), "the answer is a Map"],
    [() => () => 1, "the answer is a function"],
    [() => [undefined], "the answer[0] is undefined"],
    [() => "\ud800", "half of a surrogate pair"],
  ])("an answer that JSON cannot say is an error that names the place: %s", (fn, text) => {
    const error = thrown(() => engineWith({ "acme.bad": { args: 0, fn } }, "").evaluate("acme.bad()"));
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error.message).toContain(
      `the builtin acme.bad failed: InputError: ${text}`.replace("InputError: half", "InputError: the answer holds half"),
    );
    expect(error.cause).toBeInstanceOf(InputError);
  });
});

describe("failures", () => {
  const boom = new TypeError("boom");
  const fail = {
    "acme.fail": {
      args: 0,
      fn: () => {
        throw boom;
      },
    },
  };

  test.each([
    "allow if acme.fail()",
    "allow if not acme.fail()",
    "f(x) if acme.fail()\nf(x) if x == 1\nallow if f(1)",
    "default allow := true\nallow := false if acme.fail()",
  ])("a thrown value ends the evaluation, and is the cause: %s", (body) => {
    const engine = engineWith(fail, body);
    for (const call of [() => engine.evaluate("data.p.allow"), () => engine.test("data.p.allow", 1, { undefined: true })]) {
      const error = thrown(call);
      expect(error).toBeInstanceOf(EvaluationError);
      expect(error.message).toContain("the builtin acme.fail failed: TypeError: boom");
      expect(error.cause).toBe(boom);
    }
  });

  test("the place of the call comes along", () => {
    const error = thrown(() => engineWith(fail, "\nallow if acme.fail()").evaluate("data.p.allow"));
    expect(error).toMatchObject({ file: "p.rego", line: 3, column: 10 });
    expect(error.message).toMatch(/^p\.rego:3:10: /);
  });

  test.each([undefined, null, "text", Symbol("s"), Object.create(null), { toString: () => Promise.reject }])(
    "anything may be thrown",
    (value) => {
      const fn = () => {
        throw value;
      };
      const error = thrown(() => engineWith({ "acme.fail": { args: 0, fn } }, "").evaluate("acme.fail()"));
      expect(error).toBeInstanceOf(EvaluationError);
      expect(error).toHaveProperty("cause", value);
    },
  );

  test("another failure has no cause of an earlier one", () => {
    const engine = engineWith(fail, "x := 1\nx := 2");
    thrown(() => engine.evaluate("acme.fail()"));
    expect(thrown(() => engine.evaluate("data.p.x"))).not.toHaveProperty("cause");
  });

  test("a Promise is an error, and its rejection ends no process", async () => {
    const engine = engineWith({ "acme.later": { args: 0, fn: async () => Promise.reject(boom) } }, "allow if not acme.later()");
    expect(thrown(() => engine.evaluate("data.p.allow")).message).toMatch(/acme\.later.*returned a Promise/);
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test("one that runs long has no answer", () => {
    const fn = () => {
      for (const end = Date.now() + 40; Date.now() < end;);
      return true;
    };
    const error = thrown(() => engineWith({ "acme.slow": { args: 0, fn } }, "", { maxEvaluationMs: 10 }).evaluate("acme.slow()"));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ kind: "time", option: "maxEvaluationMs", limit: 10 });
    expect(error).not.toHaveProperty("cause");
  });
});

describe("what cannot be", () => {
  const fn = () => 1;

  test.each([
    { "acme.a": { args: 9, fn } },
    { "acme.a": { args: -1, fn } },
    { "acme.a": { args: 1.5, fn } },
    { "acme.a": { fn } },
    { "acme.a": { args: 1 } },
    { "acme.a": { args: 1, fn: 1 } },
    { "acme.a": { args: 1, fn, pure: 1 } },
    { "acme.a": { args: 1, fn, pur: true } },
    { "acme.a": fn },
    { "acme.a": null },
    { lookup: { args: 1, fn } },
    { "data.a": { args: 1, fn } },
    { "a.not": { args: 1, fn } },
    { "time.now_ns": { args: 0, fn } },
    { count: { args: 1, fn } },
    fn,
    null,
    "text",
  ])("is refused when the engine is made: %o", (builtins) => {
    expect(() => new Engine({ builtins } as unknown as EngineOptions)).toThrow(ArgumentError);
  });

  test("a call with another number of arguments does not compile", () => {
    const engine = new Engine({ builtins: { "acme.a": { args: 1, fn } } });
    const error = thrown(() => engine.loadPolicy("p.rego", "package p\n\nx := acme.a(1, 2)"));
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toMatchObject({ file: "p.rego", line: 3, column: 6 });
    expect(() => engine.evaluate("acme.a()")).toThrow(CompileError);
  });
});

test("only pure ones leave decisions to the cache", () => {
  for (const pure of [true, false, undefined]) {
    let calls = 0;
    const builtin = { args: 0, fn: () => ++calls, ...(pure === undefined ? {} : { pure }) };
    const engine = engineWith({ "acme.next": builtin }, "x := acme.next()", { decisionCacheBytes: 100_000 });
    expect([engine.evaluate("data.p.x", 1), engine.evaluate("data.p.x", 1)]).toEqual(pure ? [1, 1] : [1, 2]);
  }
});

test("an engine whose builtins use it is collected", async () => {
  const gc = (globalThis as { gc?: () => void }).gc;
  if (!gc) return;
  const made = () => {
    const engine: Engine = engineWith({ "acme.own": { args: 0, fn: () => engine.revision } }, "");
    engine.evaluate("acme.own()");
    return new WeakRef(engine);
  };
  const engine = made();
  for (let round = 0; round < 20 && engine.deref(); round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(engine.deref()).toBe(undefined);
});

test("many calls with large values do not pile up", () => {
  const large = "x".repeat(100_000);
  const engine = engineWith(
    { "acme.len": { args: 1, fn: (text: string) => text.length } },
    "sum_of := sum([acme.len(input) | some _ in numbers.range(1, 200)])",
    {
      maxEvaluationMs: 60_000,
    },
  );
  expect(engine.evaluate("data.p.sum_of", large)).toBe(20_000_000);
  expect(process.memoryUsage().rss).toBeLessThan(1_000_000_000);
});
