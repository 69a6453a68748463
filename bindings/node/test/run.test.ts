import { describe, expect, test } from "vitest";
import { type Case, runCase, runCases } from "../cases/run.mjs";
import { ArgumentError } from "../ts/index.ts";

/** A cache that does as it is told, so that the runner's verdicts are the only thing under test. */
class FakeCache {
  size = 1;
  constructor(options?: object) {
    if (options && "maxEntries" in options) throw new ArgumentError("the entry cap is wrong");
  }
  static open(): FakeCache {
    return new FakeCache();
  }
  get(key: string): unknown {
    if (key === "bytes") return Buffer.from("v");
    return key === "missing" ? undefined : key;
  }
  set(_key: string, value: unknown, options?: object): void {
    if (options) throw new ArgumentError(JSON.stringify({ value, options }));
  }
}
const grid = { Engine: FakeCache, Cache: FakeCache } as never;
const run = (testCase: object) => runCase("cache", { name: "x", ...testCase } as Case, grid);

describe("what passes", () => {
  test.each([
    ["a value", { get: ["k"], returns: "k" }],
    ["a getter", { size: [], returns: 1 }],
    ["bytes", { get: ["bytes"], returns: { $base64: "dg==" } }],
    ["a repeated text", { get: [{ $repeat: ["k", 3] }], returns: "kkk" }],
    ["a number by name", { get: [{ $number: "NaN" }], returns: { $number: "NaN" } }],
    ["undefined", { get: ["missing"], undefined: true }],
    ["an integer as YAML reads it", { get: [3n], returns: 3n }],
    ["a wait", { sleep_ms: [1] }],
    ["no expectation", { get: ["k"] }],
    [
      "an error, options in camelCase",
      {
        set: ["k", "v", { ttl_ms: 5 }],
        error: { code: "GRID_ARGUMENT", message: '{"value":"v","options":{"ttlMs":5}}' },
      },
    ],
  ])("%s", (_, step) => run({ steps: [step] }));

  test("an error of the constructor", () => run({ options: { max_entries: 0 }, error: { code: "GRID_ARGUMENT", message: "entry cap" } }));

  test("a handle", () => run({ steps: [{ open: ["h", "name", {}] }, { get: ["k"], on: "h", returns: "k" }] }));
});

describe("what fails", () => {
  test.each([
    ["another value", { get: ["k"], returns: "other" }, /expected "other"/],
    ["undefined where a value is due", { get: ["missing"], returns: null }, /returned undefined/],
    ["a value where undefined is due", { get: ["k"], undefined: true }, /expected undefined/],
    ["`undefined: false`", { get: ["k"], undefined: false }, /always true/],
    ["text for bytes", { get: ["v"], returns: { $base64: "dg==" } }, /expected bytes/],
    ["no error", { get: ["k"], error: { code: "GRID_INPUT" } }, /expected an error/],
    ["an error that nobody expects", { set: ["k", "v", { ttl_ms: 5 }] }, /ttlMs/],
    ["another code", { set: ["k", "v", {}], error: { code: "GRID_INPUT" } }, /code "GRID_INPUT", got "GRID_ARGUMENT"/],
    ["another line", { set: ["k", "v", {}], error: { code: "GRID_ARGUMENT", line: 2 } }, /line 2, got undefined/],
    ["an unknown method", { lookup: ["k"] }, /no method lookup/],
    ["a method that all objects have", { toString: [] }, /no method toString/],
    ["an unknown expectation", { get: ["k"], equals: "k" }, /one method/],
    ["two expectations", { get: ["k"], returns: "k", undefined: true }, /at most one/],
    ["an unknown key of an error", { set: ["k", "v", {}], error: { text: "x" } }, /key text/],
    ["an error without a code", { set: ["k", "v", {}], error: { message: "v" } }, /has a code/],
    ["an integer that no double holds", { get: [2n ** 63n - 1n] }, /no JavaScript number/],
    ["an unknown handle", { get: ["k"], on: "h" }, /no handle h/],
    ["arguments that are no list", { get: "k" }, /list/],
  ])("%s", async (_, step, message) => {
    await expect(run({ steps: [step] })).rejects.toThrow(message);
  });

  test.each([
    ["an unknown key of the case", { step: [] }, /unknown key step/],
    ["no steps", {}, /has steps/],
    ["steps beside an error", { error: { code: "x" }, steps: [{ size: [] }] }, /no steps/],
    ["a constructor that works all the same", { error: { code: "x" } }, /expected an error/],
  ])("%s", async (_, testCase, message) => {
    await expect(run(testCase)).rejects.toThrow(message);
  });
});

test("a failed case is a result and the next one runs", async () => {
  const cases = [
    { name: "bad", steps: [{ size: [], returns: 2 }] },
    { name: "good", steps: [{ size: [], returns: 1 }] },
  ];
  const results: unknown[] = [];
  for await (const result of runCases([{ kind: "cache", file: "f.yaml", cases }], grid)) {
    results.push([result.file, result.name, "ok" in result && result.ok]);
  }
  expect(results).toEqual([
    ["f.yaml", "bad", false],
    ["f.yaml", "good", true],
  ]);
});

test("a case that needs what the build lacks is skipped and says so", async () => {
  const cases = [
    { name: "there", needs: ["a"], steps: [{ size: [], returns: 1 }] },
    { name: "lacking", needs: ["a", "b"], steps: [{ size: [], returns: 2 }] },
  ] as Case[];
  const some = { ...(grid as object), features: () => ["a"] } as never;
  const results: unknown[] = [];
  for await (const result of runCases([{ kind: "cache", file: "f", cases }], some)) results.push(result);
  expect(results).toEqual([
    { file: "f", name: "there", ok: true },
    { file: "f", name: "lacking", skipped: "this build lacks b" },
  ]);
});
