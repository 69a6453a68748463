import { describe, expect, test } from "vitest";
import { ArgumentError, CompileError, Engine, GridError, InputError } from "../../ts/index.ts";

const POLICY = `package p
has_input if input == input
echo := input
allow if input.user == "ann"
`;

/** An engine with the policy of these tests. */
function engineWithPolicy(): Engine {
  const engine = new Engine();
  engine.loadPolicy("p.rego", POLICY);
  return engine;
}

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("the call did not throw");
}

describe("undefined, null and false", () => {
  test("a rule that says nothing is undefined, not null and not false", () => {
    const engine = engineWithPolicy();
    expect(engine.evaluate("data.p.allow", { user: "bob" })).toBe(undefined);
    expect(engine.evaluateJson("data.p.allow", '{"user":"bob"}')).toBe(undefined);
    expect(engine.evaluate("data.p.allow", { user: "ann" })).toBe(true);
    expect(engine.evaluateJson("data.p.allow", '{"user":"ann"}')).toBe("true");
  });

  test("no input and the input null differ", () => {
    const engine = engineWithPolicy();
    for (const none of [[], [undefined]]) {
      expect(engine.evaluate("data.p.has_input", ...none)).toBe(undefined);
      expect(engine.evaluate("data.p.echo", ...none)).toBe(undefined);
      expect(engine.evaluateJson("data.p.echo", ...(none as []))).toBe(undefined);
    }
    expect(engine.evaluate("data.p.echo", null)).toBe(null);
    expect(engine.evaluateJson("data.p.echo", "null")).toBe("null");
    expect(engine.evaluate("data.p.echo", false)).toBe(false);
  });
});

describe("values in and out", () => {
  test.each([
    0,
    -1.5,
    5_000_000_000,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    "",
    "größe \u{1f511} \0",
    [],
    {},
    { a: [1, { b: [null, true] }] },
    JSON.parse('{"__proto__": {"admin": true}}'),
  ])("%j comes back as it went in", (value) => {
    const result = engineWithPolicy().evaluate("data.p.echo", value);
    expect(JSON.stringify(result)).toBe(JSON.stringify(value));
    expect(Object.prototype).not.toHaveProperty("admin");
  });

  test("JSON text keeps an integer that a JavaScript number cannot hold", () => {
    const engine = engineWithPolicy();
    expect(engine.evaluateJson("data.p.echo", "9007199254740993")).toBe("9007199254740993");
  });

  test("data takes the same values", () => {
    const engine = new Engine();
    engine.setData({ roles: { ann: ["admin"] }, left: undefined });
    engine.mergeData({ more: 1 });
    expect(engine.evaluate("data")).toEqual({ roles: { ann: ["admin"] }, more: 1 });
  });
});

describe("errors", () => {
  test("the error of a policy that does not compile has file, line and column", () => {
    const error = thrown(() => new Engine().loadPolicy("dir/x.rego", "package p\n\nallow if {\n"));
    expect(error).toBeInstanceOf(CompileError);
    expect(error).toBeInstanceOf(GridError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "CompileError", code: "GRID_COMPILE", file: "dir/x.rego" });
    const { line, column, stack } = error as CompileError;
    expect(line).toBeGreaterThanOrEqual(3);
    // OPA's place for the end of a text that ends with a line.
    expect(column).toBe(0);
    expect(error).toMatchObject({ opaCode: "rego_parse_error" });
    expect(stack).toMatch(/^CompileError: [^]*engine\.test\.ts/);
  });

  test("an error without a place has no such members", () => {
    const error = thrown(() => engineWithPolicy().evaluateJson("data.p.echo", "{"));
    expect(error).toBeInstanceOf(InputError);
    expect(Object.keys(error as object)).not.toContain("file");
  });

  test("an input that JSON cannot say reaches no policy", () => {
    const engine = engineWithPolicy();
    for (const input of [{ n: Number.NaN }, { n: 1n }, { f() {} }, new Map(), { a: "\ud800" }]) {
      expect(() => engine.evaluate("data.p.echo", input)).toThrow(InputError);
    }
    for (const data of [undefined, { n: Infinity }]) {
      expect(() => engine.setData(data as never)).toThrow(InputError);
      expect(() => engine.mergeData(data as never)).toThrow(InputError);
    }
  });

  test("a query that does not parse is a CompileError, an evaluation that fails an EvaluationError", () => {
    const engine = new Engine({ strictBuiltinErrors: true });
    expect(() => engine.evaluate("data.p.[")).toThrow(CompileError);
    engine.loadPolicy("zero.rego", "package zero\nx := 1 / input.n");
    expect(thrown(() => engine.evaluate("data.zero.x", { n: 0 }))).toMatchObject({
      name: "EvaluationError",
      file: "zero.rego",
      line: 2,
    });
  });

  test.each([undefined, null, 1, {}])("%o is not a text", (value) => {
    const engine = engineWithPolicy();
    for (const call of [
      () => engine.loadPolicy(value as never, ""),
      () => engine.loadPolicy("x", value as never),
      () => engine.removePolicy(value as never),
      () => engine.hasPolicy(value as never),
      () => engine.evaluate(value as never),
      () => engine.evaluateJson(value as never),
      () => engine.evaluateJson("data.p.echo", (value ?? null) as never),
    ]) {
      expect(call).toThrow(ArgumentError);
    }
  });

  test("an no option or a bad value of one is an ArgumentError", () => {
    expect(() => new Engine({ rego: "v1" } as never)).toThrow("no option rego");
    expect(() => new Engine({ regoVersion: "v2" } as never)).toThrow(ArgumentError);
  });
});
