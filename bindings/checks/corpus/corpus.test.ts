import { describe, expect, test } from "vitest";
import type { Grid } from "../opa/grid.ts";
import { findSource } from "./checkout.ts";
import { type BundleKey, verifiedBy } from "./bundle-keys.ts";
import { closuresOf } from "./closures.ts";
import { judgeUnit } from "./grid-side.ts";
import { withStandIns } from "./hosts.ts";
import type { OpaTest, OpaUnit } from "./opa-side.ts";
import { failuresOf, sumsOf, formatReport } from "./report.ts";
import type { Repository } from "./run.ts";
import { byFolder, divideKnown, divideUnknown } from "./units.ts";

describe("units", () => {
  test("folders of a given depth; files above it are units of their own folder", () => {
    expect(byFolder(["a/b/c/x.rego", "a/b/y.rego", "a/z.rego", "w.rego"], 2)).toEqual([
      { id: "a/b", files: ["a/b/c/x.rego", "a/b/y.rego"] },
      { id: "a", files: ["a/z.rego"] },
      { id: ".", files: ["w.rego"] },
    ]);
  });

  test("a known repository has the units of its CI; another one is divided until OPA accepts its parts", async () => {
    expect(divideKnown("fugue+fregot", ["tests/rego/a.rego", "other/b.rego"])).toEqual([
      { repository: "fugue+fregot", id: "tests/rego/a.rego", files: ["tests/rego/a.rego"] },
    ]);
    expect(divideKnown("no+one", [])).toBeUndefined();
    const files = ["r/a/1.rego", "r/a/2.rego", "r/b/1.rego", "r/b/c/1.rego"];
    const ids = async (rejected: (some: string[]) => number) =>
      (await divideUnknown("no+one", files, (some) => Promise.resolve(rejected(some)))).map(({ id, files: own }) => `${id} ${own.length}`);
    expect(await ids(() => 0)).toEqual(["r 4"]);
    expect(await ids((some) => (some.length > 2 ? some.length : 0))).toEqual(["r/a 2", "r/b 2"]);
    expect(await ids((some) => some.length)).toEqual(["r/a 2", "r/b 1", "r/b/c 1"]);
  });
});

test("a source that calls a host's builtin gets a stand-in, once", () => {
  const sources = ["a", "b"].map((name) => ({ name: `${name}.rego`, text: `package ${name}\n\np := result.new("x", input)\n` }));
  const changed = withStandIns([...sources, { name: "c.rego", text: "package c\n" }]);
  expect(changed.map(({ name }) => name)).toEqual(["a.rego", "b.rego", "c.rego", "stand-in/result.rego"]);
  expect(changed[0]?.text).toBe('package a\nimport data.stand_in.result\n\np := result.new("x", input)\n');
  expect(changed[2]?.text).toBe("package c\n");
});

test("a file needs its package and the packages that it refers to, without their tests", () => {
  const sources = [
    { name: "a.rego", text: "package a\nimport data.b" },
    { name: "a2.rego", text: "package a" },
    { name: "a_test.rego", text: "package a" },
    { name: "b.rego", text: "package b\np := data.c.d.q" },
    { name: "c.rego", text: "package c" },
    { name: "d.rego", text: "package d" },
  ];
  const closure = closuresOf(
    sources,
    sources.map(({ name, text }) => ({ name, package: `data.${/package (\w+)/.exec(text)?.[1]}` })),
  );
  expect([...closure("a.rego")].toSorted()).toEqual(["a.rego", "a2.rego", "b.rego", "c.rego"]);
  expect([...closure("a_test.rego")].toSorted()).toEqual(["a.rego", "a2.rego", "a_test.rego", "b.rego", "c.rego"]);
  expect([...closure("d.rego")]).toEqual(["d.rego"]);
});

const KEY: BundleKey = { algorithm: "HS256", key: "the key" };

/** A package whose engine rejects sources with BAD, and gives the answers of the test. `anyKey`: it verifies no bundle. */
function grid(answers: { tests?: Record<string, string>; samples?: Record<string, string | undefined>; anyKey?: boolean } = {}): Grid {
  class Engine {
    #sources: Record<string, string> = {};
    setData(): void {}
    loadPolicies(sources: Record<string, string>): void {
      const [fault] = this.validate(sources);
      if (fault) throw Object.assign(new Error(fault.message), fault);
      this.#sources = sources;
    }
    loadBundle(bytes: Uint8Array, options: object): void {
      if (!answers.anyKey && JSON.stringify(options) !== JSON.stringify(verifiedBy(KEY))) throw new Error("another key");
      this.loadPolicies(JSON.parse(Buffer.from(bytes).toString()) as Record<string, string>);
    }
    validate(sources: Record<string, string>) {
      return Object.entries(sources).flatMap(([file, text]) => {
        return text.includes("BAD") ? [{ code: "GRID_COMPILE", message: "bad", file, line: 1, column: 1 }] : [];
      });
    }
    runTests() {
      const results = Object.entries(answers.tests ?? {}).map(([place, outcome]) => {
        const [file = "", line] = place.split(":");
        return { package: "data.a", name: "test_x", file, line: Number(line), outcome };
      });
      return { results: results.filter(({ file }) => file in this.#sources) };
    }
    evaluateJson(ref: string): string | undefined {
      return answers.samples?.[ref];
    }
  }
  return { Engine: Engine as unknown as Grid["Engine"] };
}

const unit = (texts: Record<string, string>, more: Partial<OpaUnit> = {}): OpaUnit => {
  const sources = Object.entries(texts).map(([name, text]) => ({ name, text: `package ${name.replace(/(?:_test)?\.rego/, "")}\n${text}` }));
  const scan = sources.map(({ name }) => ({ name, package: `data.${name.replace(/(?:_test)?\.rego/, "")}`, rules: [], tests: 0 }));
  return {
    repository: "o+r",
    id: "all",
    version: "v1",
    sources,
    dropped: [],
    data: {},
    sampleData: {},
    scan,
    tests: [],
    samples: [],
    calls: [],
    ...more,
  };
};
/** The unit as a bundle of the test: its sources as JSON text. */
const bundled = (one: OpaUnit): OpaUnit => {
  const text = JSON.stringify(Object.fromEntries(one.sources.map(({ name, text: source }) => [name, source])));
  const bundle = { bytes: Buffer.from(text).toString("base64"), key: KEY, otherKey: { ...KEY, key: "another key" } };
  return { ...one, bundle, sampleBundle: bundle };
};
const opaTest = (file: string, row: number, outcome: OpaTest["outcome"]): OpaTest => ({
  package: "data.a",
  name: "test_x",
  file,
  row,
  outcome,
});

test("if a file does not load, only the files that need it do not load either", () => {
  const result = judgeUnit(unit({ "a.rego": "BAD", "b.rego": "import data.a", "c.rego": "" }), grid());
  expect(result.files.map(({ file, end }) => `${file} ${end}`)).toEqual(["a.rego fails", "b.rego fails", "c.rego loads"]);
  expect(result.files[1]?.blame?.file).toBe("a.rego");
});

test("tests are compared by their places", () => {
  const tests = [
    opaTest("a_test.rego", 1, "pass"),
    opaTest("a_test.rego", 2, "pass"),
    opaTest("a_test.rego", 3, "fail"),
    opaTest("a_test.rego", 4, "pass"),
  ];
  const texts = { "a.rego": "", "a_test.rego": "" };
  const answers = { "a_test.rego:1": "pass", "a_test.rego:2": "fail", "a_test.rego:3": "error" };
  const result = judgeUnit(unit(texts, { tests }), grid({ tests: answers }));
  expect(result.tests.map(({ row, verdict }) => `${row} ${verdict}`)).toEqual(["1 agrees", "2 wrong", "3 error", "4 error"]);
});

test("samples are compared by their values", () => {
  const sample = (ref: string, text: string) => ({ ref, inputs: [{}], answers: [{ text }] });
  const samples = [sample("data.a.p", "1"), sample("data.a.q", "1"), sample("data.a.r", '["a","b"]'), sample("data.a.s", "undefined")];
  const answers = { "data.a.p": "1.0", "data.a.q": "2", "data.a.r": '["b","a"]' };
  const result = judgeUnit(unit({ "a.rego": "" }, { samples }), grid({ samples: answers }));
  expect(result.samples.map(({ verdict }) => verdict)).toEqual(["same", "value", "order", "same"]);
});

test("a bundle is loaded whole, with the key that has signed it", () => {
  const tests = [opaTest("a.rego", 1, "pass")];
  const samples = [{ ref: "data.a.p", inputs: [{}], answers: [{ text: "1" }] }];
  const good = judgeUnit(
    bundled(unit({ "a.rego": "" }, { tests, samples })),
    grid({ tests: { "a.rego:1": "pass" }, samples: { "data.a.p": "1" } }),
  );
  expect(good.tests.map(({ verdict }) => verdict)).toEqual(["agrees"]);
  expect(good.samples.map(({ verdict }) => verdict)).toEqual(["same"]);
  expect(good.unverified).toBeUndefined();
  const bad = judgeUnit(bundled(unit({ "a.rego": "BAD", "b.rego": "" })), grid());
  expect(bad.files.map(({ end }) => end)).toEqual(["fails", "fails"]);
});

describe("the report", () => {
  const repository = (...units: [OpaUnit, Grid][]): Repository => ({
    name: "o+r",
    units: units.map(([opa, engine]) => ({ opa, files: opa.sources.length, grid: judgeUnit(opa, engine) })),
  });

  test("passes if all files load and agree", () => {
    const tests = [opaTest("a.rego", 1, "pass")];
    const good = repository([unit({ "a.rego": "" }, { tests }), grid({ tests: { "a.rego:1": "pass" } })]);
    expect(failuresOf([good])).toEqual([]);
    expect(sumsOf(good)).toMatchObject({ units: 1, files: 1, loads: 1, tests: 1, agree: 1, wrong: 0 });
    expect(formatReport([good], 5)).not.toContain("#");
  });

  test.each([
    ["files load", repository([unit({ "a.rego": "BAD" }), grid()])],
    [
      "wrong tests",
      repository([unit({ "a.rego": "" }, { tests: [opaTest("a.rego", 1, "pass")] }), grid({ tests: { "a.rego:1": "fail" } })]),
    ],
    ["tests agree", repository([unit({ "a.rego": "" }, { tests: [opaTest("a.rego", 1, "pass")] }), grid()])],
    [
      "wrong samples",
      repository([unit({ "a.rego": "" }, { samples: [{ ref: "data.a.p", inputs: [{}], answers: [{ text: "1" }] }] }), grid()]),
    ],
    [
      "OPA has an error",
      repository([
        unit({ "a.rego": "" }, { samples: [{ ref: "data.a.p", inputs: [{}], answers: [{ error: "eval_conflict_error", message: "" }] }] }),
        grid(),
      ]),
    ],
    ["has not signed", repository([bundled(unit({ "a.rego": "" })), grid({ anyKey: true })])],
    ["ended a process", { name: "o+r", units: [{ opa: unit({ "a.rego": "" }), files: 1, ended: "SIGSEGV" }] }],
  ])("fails: %s", (text, one) => {
    expect(failuresOf([one]).join("; ")).toContain(text);
  });

  test("a library of several units is one file, with its worst result", () => {
    const one = repository([unit({ "a.rego": "" }), grid()], [unit({ "a.rego": "", "b.rego": "" }), grid()]);
    expect(sumsOf(one)).toMatchObject({ units: 2, files: 2, loads: 2 });
  });
});

test("the folder of repositories is found, or the reason names the variable", () => {
  expect(findSource(undefined, {})).toMatchObject({ missing: expect.stringContaining("BOARDKIT_CORPUS") as string });
  expect(findSource(undefined, { BOARDKIT_CORPUS: "." })).toEqual({ source: "." });
  expect(() => findSource("/no/such/folder", {})).toThrow("there is no folder");
});
