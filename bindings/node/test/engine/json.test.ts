import { describe, expect, test } from "vitest";
import { EvaluationError, InputError } from "../../ts/index.ts";
import { jsonText, parseAnswer } from "../../ts/json.ts";

describe("what JSON can say", () => {
  class Point {
    x = 1;
    #hidden = 2;
    get sum() {
      return this.x + this.#hidden;
    }
  }
  test.each<[string, unknown, string]>([
    ["null", null, "null"],
    ["false", false, "false"],
    ["a text", 'a"\u2028', '"a\\"\u2028"'],
    ["a large integer", 5_000_000_000, "5000000000"],
    ["minus zero", -0, "0"],
    ["nested values", { a: [1, { b: null }] }, '{"a":[1,{"b":null}]}'],
    ["undefined members, which are left out", { a: undefined, b: 1 }, '{"b":1}'],
    ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ["own fields of a class", new Point(), '{"x":1}'],
    ["a key __proto__", JSON.parse('{"__proto__":{"admin":true}}'), '{"__proto__":{"admin":true}}'],
    ["one object at two places", ((shared) => ({ a: shared, b: shared }))({ c: 1 }), '{"a":{"c":1},"b":{"c":1}}'],
  ])("%s", (_, value, text) => {
    expect(jsonText(value, "input")).toBe(text);
  });
});

describe("what JSON cannot say is an InputError that names the place", () => {
  const cycle: Record<string, unknown> = { name: "x" };
  cycle.self = cycle;
  const list: unknown[] = [];
  list.push(list);
  test.each<[string, unknown, string]>([
    ["NaN", { a: [0, { b: Number.NaN }] }, "input.a[1].b is NaN"],
    ["Infinity", { a: Infinity }, "input.a is Infinity"],
    ["a BigInt", { id: 1n }, "input.id is a BigInt; give a number or a string"],
    ["a function", { f: () => 1 }, "input.f is a function"],
    ["a symbol", [Symbol("s")], "input[0] is a symbol"],
    ["undefined in a list", [1, undefined], "input[1] is undefined"],
    ["a hole in a list", Object.assign([1], { 2: 2 }), "input[1] is undefined"],
    ["undefined itself", undefined, "input is undefined"],
    ["half of a surrogate pair", { a: "x\ud83d" }, "input.a holds half of a surrogate pair"],
    ["a Map", { roles: new Map([["a", 1]]) }, "input.roles is a Map; give a plain object"],
    ["a Set", new Set([1]), "input is a Set"],
    ["bytes", { raw: new Uint8Array(2) }, "input.raw is a Uint8Array"],
    ["an error", new Error("x"), "input is a Error"],
    ["a regular expression", { re: /x/ }, "input.re is a RegExp"],
    ["a promise", { user: Promise.resolve(1) }, "input.user is a Promise"],
    ["a toJSON that gives undefined", { a: { toJSON: () => undefined } }, "input.a is undefined"],
    ["a toJSON that gives NaN", { a: { toJSON: () => Number.NaN } }, "input.a is NaN"],
    ["a cycle of objects", cycle, "contains itself"],
    ["a cycle of lists", list, "contains itself"],
  ])("%s", (_, value, text) => {
    expect(() => jsonText(value, "input")).toThrow(InputError);
    expect(() => jsonText(value, "input")).toThrow(text);
  });

  test("a getter that throws keeps its error as the cause", () => {
    const cause = new TypeError("no session");
    const value = {
      get user() {
        throw cause;
      },
    };
    expect(() => jsonText(value, "input")).toThrow(expect.objectContaining({ code: "GRID_INPUT", cause }));
  });

  test("the message of a deep place stays short", () => {
    let value: unknown = 1n;
    for (let depth = 0; depth < 900; depth++) value = { inner: value };
    expect(() => jsonText(value, "input")).toThrow(/^input(\.inner){20,40}.{0,10}… is a BigInt/);
  });
});

describe("the answer", () => {
  test.each<[string, unknown]>([
    ['{"a":[1,"x"]}', { a: [1, "x"] }],
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ['"99999999999999999999999"', "99999999999999999999999"],
    [String.raw`["\\\"99999999999999999999999"]`, ['\\"99999999999999999999999']],
    ["100000000000000000000.5", 1e20],
    ["0.12345678901234567890123", 0.12345678901234568],
    ["99999999999999999999e0", 1e20],
  ])("%s is read", (text, value) => {
    for (const unsafeIntegers of ["error", "bigint"] as const) expect(parseAnswer(text, unsafeIntegers)).toEqual(value);
  });

  test.each([
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["18446744073709551616", 18446744073709551616n],
    ['{"a":[1,99999999999999999999],"int:":"int:1"}', { a: [1, 99999999999999999999n], "int:": "int:1" }],
    ['["12345678901234567890", 12345678901234567890]', ["12345678901234567890", 12345678901234567890n]],
  ])("%s is beyond a JavaScript number: an error or a BigInt", (text, value) => {
    expect(() => parseAnswer(text, "error")).toThrow(EvaluationError);
    expect(() => parseAnswer(text, "error")).toThrow("evaluateJson");
    expect(parseAnswer(text, "bigint")).toEqual(value);
  });
});
