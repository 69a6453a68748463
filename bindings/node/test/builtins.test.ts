import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  type Builtin,
  CompileError,
  Engine,
  type EngineOptions,
  EvaluationError,
  GridError,
  InputError,
  LimitError,
} from "../ts/index.ts";

/** An engine with builtins and a policy of package p. */
function engineWith(builtins: Record<string, Builtin>, body: string, options: EngineOptions = {}): Engine {
  const engine = new Engine({ ...options, builtins });
  engine.loadPolicy("p.rego", `package p\n${body}`);
  return engine;
}

/** The GridError that a call throws. */
function thrown(call: () => unknown): GridError {
  try {
    call();
  } catch (error) {
    if (error instanceof GridError) return error;
    throw error;
  }
  throw new Error("the call did not throw");
}

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
  ])("what is thrown ends the evaluation, and is the cause: %s", (body) => {
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

describe("re-entrancy", () => {
  /** An engine whose builtin acme.again does something with it. */
  function again(act: (engine: Engine) => unknown): Engine {
    const boom = () => {
      throw new Error("inner");
    };
    const builtins: Record<string, Builtin> = { "acme.again": { args: 0, fn: () => act(engine) }, "acme.boom": { args: 0, fn: boom } };
    const engine: Engine = engineWith(
      builtins,
      "x := 1\nboth := [acme.again(), x]\nfirst(a) if acme.boom()\nfirst(a) if acme.again()\nboom if first(1)",
    );
    return engine;
  }

  test("a builtin asks its own engine", () => {
    expect(again((engine) => engine.evaluate("data.p.x + 1")).evaluate("data.p.both")).toEqual([2, 1]);
  });

  test("a builtin changes its own engine; the evaluation goes on with what it began with", () => {
    const engine = again((own) => own.loadPolicy("p.rego", "package p\nx := 5"));
    const changed = again((own) => {
      own.loadPolicy("p.rego", "package p\nx := 5");
      return own.evaluate("data.p.x");
    });
    expect(engine.evaluate("data.p.both")).toBe(undefined);
    expect(changed.evaluate("data.p.both")).toEqual([5, 1]);
  });

  test("failures nest", () => {
    const caught = again((engine) => thrown(() => engine.evaluate("acme.boom()")).code);
    expect(caught.evaluate("data.p.both")).toEqual(["GRID_EVALUATION", 1]);
    const passed = thrown(() => again((engine) => engine.evaluate("acme.boom()")).evaluate("data.p.both"));
    expect(passed.message).toContain("acme.again");
    expect(passed.cause).toBeInstanceOf(EvaluationError);
    expect((passed.cause as Error).cause).toEqual(new Error("inner"));
    // The outer evaluation failed before the inner one went well.
    const both = thrown(() => again((engine) => engine.evaluate("data.p.x == 1")).evaluate("data.p.boom"));
    expect(both.cause).toEqual(new Error("inner"));
  });

  test("another engine's builtins are its own", () => {
    const inner = engineWith({ "acme.who": { args: 0, fn: () => "inner" } }, "");
    const outer = engineWith(
      { "acme.who": { args: 0, fn: () => "outer" }, "acme.ask": { args: 0, fn: () => inner.evaluate("acme.who()") } },
      "",
    );
    expect(outer.evaluate("[acme.who(), acme.ask(), acme.who()]")).toEqual(["outer", "inner", "outer"]);
    const none = new Engine();
    const over = engineWith({ "acme.ask": { args: 0, fn: () => none.evaluate("1 + 1") } }, "");
    expect(over.evaluate("acme.ask()")).toBe(2);
  });

  test("recursion without end is an error", () => {
    const engine: Engine = again((own) => own.evaluate("data.p.both"));
    expect(thrown(() => engine.evaluate("data.p.both"))).toBeInstanceOf(EvaluationError);
    expect(engine.evaluate("data.p.x")).toBe(1);
  });

  // V8 ends the process where one of its functions is called too far down on the stack, or on another one.
  test("policies may nest as deep as ever", () => {
    const chain = Array.from({ length: 3000 }, (_, at) => `r${at} := r${at + 1} + 0`).join("\n");
    const options = { maxDepth: 10_000, maxEvaluationMs: 60_000 };
    const engine = engineWith({ "acme.one": { args: 0, fn: () => 1 } }, `${chain}\nr3000 := acme.one()`, options);
    expect(engine.evaluate("data.p.r0")).toBe(1);
    const dive = (depth: number): unknown => (depth === 0 ? engine.evaluate("data.p.r3000") : dive(depth - 1));
    expect(dive(1000)).toBe(1);
  });

  test("JavaScript at the end of its stack gets its own RangeError", () => {
    const engine = engineWith({ "acme.one": { args: 0, fn: () => 1 } }, "x := acme.one()");
    const errors: unknown[] = [];
    let answers = 0;
    const dive = (): void => {
      try {
        dive();
      } catch {
        // On the way back there is ever more room.
      }
      if (answers > 20) return;
      try {
        answers += engine.evaluate<number>("data.p.x")!;
      } catch (error) {
        errors.push(error);
      }
    };
    for (let round = 0; round < 3; round++) {
      answers = 0;
      dive();
    }
    expect(answers).toBeGreaterThan(20);
    for (const error of errors)
      expect(error instanceof RangeError || error instanceof SyntaxError || error instanceof GridError).toBe(true);
  }, 60_000);
});

describe("other threads", () => {
  const yes = { "acme.yes": { args: 0, fn: () => true } };

  test("evaluateAsync rejects where a builtin may be called, and works where none is", async () => {
    const engine = engineWith(yes, "x := 1");
    expect(await engine.evaluateAsync("data.p.x")).toBe(1);
    await expect(engine.evaluateAsync("acme.yes()")).rejects.toThrow(ArgumentError);
    engine.loadPolicy("q.rego", "package q\nx if not acme.yes()");
    expect(await engine.evaluateAsync("data.p.x")).toBe(1);
    await expect(engine.evaluateAsync("data.q.x")).rejects.toThrow(/evaluateAsync.*use evaluate/);
  });

  test("a policy that comes while an evaluation waits finds no builtin there", async () => {
    const engine = engineWith(yes, "x := 1");
    // As many as the pool has threads go first.
    const before = Array.from({ length: 8 }, () => engine.evaluateAsync("count([x | some x in numbers.range(1, 20000)])"));
    const asked = engine.evaluateAsync("data.p.x").catch((error: unknown) => error);
    engine.loadPolicy("p.rego", "package p\ndefault x := 2\nx := 3 if not acme.yes()");
    await Promise.all(before);
    const outcome = await asked;
    if (outcome !== 1) expect(outcome).toBeInstanceOf(EvaluationError);
  });

  test("an engine of all threads takes none", () => {
    const error = thrown(() => Engine.open("with builtins", { builtins: yes }));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toMatch(/worker threads.*new Engine/);
    expect(Engine.forget("with builtins")).toBe(false);
  });

  test("worker threads have builtins of their own, and may be ended in one", async () => {
    const code = `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(new URL("../lib/index.js", import.meta.url).href)}).then(({ Engine }) => {
        const fn = (what) => { parentPort.postMessage(what); if (what === "hang") for (;;); return what; };
        const engine = new Engine({ builtins: { "acme.tell": { args: 1, fn } } });
        engine.evaluate('acme.tell("hello")');
        engine.evaluate('acme.tell("hang")');
      });`;
    const worker = new Worker(code, { eval: true });
    const told: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (message) => {
        told.push(message);
        if (message === "hang") resolve();
      });
    });
    await worker.terminate();
    expect(told).toEqual(["hello", "hang"]);
    expect(engineWith(yes, "").evaluate("acme.yes()")).toBe(true);
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
