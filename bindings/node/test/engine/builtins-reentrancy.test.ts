// Builtins that use engines, and builtins beside other threads.
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ArgumentError, type Builtin, Engine, EvaluationError, GridError } from "../../ts/index.ts";
import { engineWith, thrown } from "./builtins.ts";

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

  test("a builtin changes its own engine; the evaluation keeps the policies of its start", () => {
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
      import(${JSON.stringify(new URL("../../lib/index.js", import.meta.url).href)}).then(({ Engine }) => {
        const fn = (what) => { parentPort.postMessage(what); if (what === "hang") for (;;); return what; };
        const engine = new Engine({ builtins: { "acme.tell": { args: 1, fn } } });
        engine.evaluate('acme.tell("hello")');
        engine.evaluate('acme.tell("hang")');
      });`;
    const worker = new Worker(code, { eval: true });
    const messages: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (message) => {
        messages.push(message);
        if (message === "hang") resolve();
      });
    });
    await worker.terminate();
    expect(messages).toEqual(["hello", "hang"]);
    expect(engineWith(yes, "").evaluate("acme.yes()")).toBe(true);
  });
});
