import { describe, expect, test } from "vitest";
import { type Case, runCase, runCases } from "../../cases/run.mjs";
import { AddonError, ArgumentError } from "../../ts/index.ts";

/** A cache with fixed answers, so that only the verdicts of the runner are tested. */
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
    ["an unexpected error", { set: ["k", "v", { ttl_ms: 5 }] }, /ttlMs/],
    ["another code", { set: ["k", "v", {}], error: { code: "GRID_INPUT" } }, /code "GRID_INPUT", got "GRID_ARGUMENT"/],
    ["another line", { set: ["k", "v", {}], error: { code: "GRID_ARGUMENT", line: 2 } }, /line 2, got undefined/],
    ["an unknown method", { lookup: ["k"] }, /no method lookup/],
    ["a method that all objects have", { toString: [] }, /no method toString/],
    ["an unknown expectation", { get: ["k"], equals: "k" }, /one method/],
    ["two expectations", { get: ["k"], returns: "k", undefined: true }, /at most one/],
    ["an unknown key of an error", { set: ["k", "v", {}], error: { text: "x" } }, /key text/],
    ["an error without a code", { set: ["k", "v", {}], error: { message: "v" } }, /has a code/],
    ["an integer that exceeds a double", { get: [2n ** 63n - 1n] }, /no JavaScript number/],
    ["an unknown handle", { get: ["k"], on: "h" }, /no handle h/],
    ["arguments that are not a list", { get: "k" }, /list/],
  ])("%s", async (_, step, message) => {
    await expect(run({ steps: [step] })).rejects.toThrow(message);
  });

  test.each([
    ["an unknown key of the case", { step: [] }, /unknown key step/],
    ["no steps", {}, /has steps/],
    ["steps beside an error", { error: { code: "x" }, steps: [{ size: [] }] }, /no steps/],
    ["a constructor that does not fail", { error: { code: "x" } }, /expected an error/],
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

describe("without the addon", () => {
  const refuse = () => {
    throw new AddonError("ERR_ADDON_LOAD", "restore() needs Grid's native addon");
  };
  const lacksAddon = (cache: object) => ({ Engine: FakeCache, Cache: cache, isFallback: true }) as never;
  class Refusing extends FakeCache {
    constructor(options?: object) {
      if (options && "policy" in options) refuse();
      super(options);
    }
    static override open(): never {
      return refuse();
    }
    restore = refuse;
    snapshot = refuse;
  }
  /** One that returns where it has to refuse. */
  class Silent extends FakeCache {
    restore = () => ({ entries: 0, leftOut: 0 });
    snapshot = () => Buffer.alloc(0);
  }
  const needing = [
    ["a policy", { options: { policy: "s3fifo" }, steps: [{ size: [], returns: 1 }] }],
    ["a policy that is an error anyway", { options: { policy: "s3fifo", max_bytes: 5 }, error: { code: "GRID_ARGUMENT" } }],
    ["a policy of a named cache", { steps: [{ open: ["h", "name", { policy: "s3fifo" }] }, { size: [], on: "h" }] }],
    ["a snapshot", { steps: [{ snapshot: ["taken"] }, { size: [], returns: 2 }] }],
    [
      "restore",
      {
        steps: [
          { restore: [{ $base64: "" }], error: { code: "GRID_ARGUMENT" } },
          { size: [], returns: 1 },
        ],
      },
    ],
  ] as const;

  test.each(needing)("a case with %s passes if the call is refused", async (_, testCase) => {
    await runCase("cache", { name: "x", ...testCase } as unknown as Case, lacksAddon(Refusing));
  });

  test.each(needing)("a case with %s fails if the call returns", async (_, testCase) => {
    await expect(runCase("cache", { name: "x", ...testCase } as unknown as Case, lacksAddon(Silent))).rejects.toThrow(
      /expected an AddonError/,
    );
  });

  test("another error is not the refusal", async () => {
    class Wrong extends FakeCache {
      snapshot = () => {
        throw new ArgumentError("no snapshots");
      };
    }
    const testCase = { name: "x", steps: [{ snapshot: ["taken"] }] } as Case;
    await expect(runCase("cache", testCase, lacksAddon(Wrong))).rejects.toThrow(/expected an AddonError, got ArgumentError/);
  });

  test("after a refusal that is an error anyway the next steps are checked", async () => {
    const testCase = {
      name: "x",
      steps: [
        { restore: [{ $base64: "" }], error: { code: "GRID_ARGUMENT" } },
        { size: [], returns: 2 },
      ],
    } as Case;
    await expect(runCase("cache", testCase, lacksAddon(Refusing))).rejects.toThrow(/step 2/);
  });
});
