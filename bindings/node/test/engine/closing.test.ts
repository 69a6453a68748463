import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ArgumentError, Engine, InputError } from "../../ts/index.ts";

const POLICY = "package p\nx := input.x\ntest_x if x == 1 with input.x as 1\nslow := count(numbers.range(1, input.n))";

function loaded(options = {}): Engine {
  const engine = new Engine(options);
  engine.loadPolicy("p.rego", POLICY);
  return engine;
}

/** Every call of an engine, with arguments that it takes while it is open. */
const CALLS: Record<string, (engine: Engine) => unknown> = {
  revision: (engine) => engine.revision,
  loadPolicy: (engine) => engine.loadPolicy("q.rego", "package q"),
  loadPolicies: (engine) => engine.loadPolicies({}),
  removePolicy: (engine) => engine.removePolicy("q.rego"),
  hasPolicy: (engine) => engine.hasPolicy("p.rego"),
  loadedPolicies: (engine) => engine.loadedPolicies(),
  loadBundle: (engine) =>
    engine.loadBundle(readFileSync(new URL("../../../../crates/grid-opa/tests/it/bundles/plain.tar.gz", import.meta.url))),
  removeBundle: (engine) => engine.removeBundle(),
  loadedBundles: (engine) => engine.loadedBundles(),
  clearPolicies: (engine) => engine.clearPolicies(),
  setData: (engine) => engine.setData({}),
  mergeData: (engine) => engine.mergeData({}),
  patchData: (engine) => engine.patchData([]),
  getData: (engine) => engine.getData(),
  evaluate: (engine) => engine.evaluate("data.p.x"),
  evaluateJson: (engine) => engine.evaluateJson("data.p.x"),
  evaluateAsync: (engine) => engine.evaluateAsync("data.p.x"),
  test: (engine) => engine.test("data.p.x", {}, { undefined: false }),
  query: (engine) => engine.query("data.p.x"),
  prepare: (engine) => engine.prepare("data.p.x"),
  validate: (engine) => engine.validate("package q"),
  trace: (engine) => engine.trace("data.p.x"),
  runTests: (engine) => engine.runTests(),
  coverage: (engine) => engine.coverage("data.p.x"),
  traceAllJson: (engine) => engine.traceAllJson("data.p.x"),
  explain: (engine) => engine.explain("data.p.x"),
  inspect: (engine) => engine.inspect(),
  capabilities: (engine) => engine.capabilities(),
  format: (engine) => engine.format("package q"),
};
const CLOSING = new Set<string | symbol>(["constructor", "close", Symbol.dispose]);

describe.each(Object.entries(CALLS))("%s of an engine", (_name, call) => {
  test("that is open does its work, and of one that is closed is an error that says so", async () => {
    const engine = loaded();
    await call(engine);
    engine.close();
    const error = await Promise.resolve()
      .then(() => call(engine))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ code: "GRID_ARGUMENT", message: expect.stringMatching(/^the engine is closed; /) as unknown });
  });
});

test("no call is left out above", () => {
  const classes: object[] = [];
  for (let one: object = Engine.prototype; one !== Object.prototype; one = Object.getPrototypeOf(one) as object) classes.push(one);
  const members = new Set(classes.flatMap((one) => Reflect.ownKeys(one)).filter((name) => !CLOSING.has(name)));
  expect(members).toEqual(new Set(Object.keys(CALLS)));
});

test("that it is closed is the first that a call says", () => {
  const engine = loaded();
  expect(() => engine.evaluate("data.p.x", 1n)).toThrow(InputError);
  engine.close();
  for (const call of [() => engine.evaluate("data.p.x", 1n), () => engine.setData(1n as never), () => engine.hasPolicy(1 as never)]) {
    expect(call).toThrow(/^the engine is closed; /);
  }
});

test("an engine may be closed again, by its own method or by `using`", () => {
  const engine = loaded();
  engine[Symbol.dispose]();
  engine.close();
  engine[Symbol.dispose]();
  expect(() => engine.revision).toThrow(ArgumentError);
});

test("prepared queries are closed with their engine", async () => {
  const engine = loaded();
  const x = engine.prepare("data.p.x");
  expect(x.evaluateMany([])).toEqual([]);
  engine.close();
  for (const call of [
    () => x.evaluate({}),
    () => x.evaluateJson("{}"),
    () => x.evaluateMany([]),
    () => x.evaluateMany([{}]),
    () => x.test({}),
  ]) {
    expect(call).toThrow(/^the engine is closed; /);
  }
  await expect(x.evaluateAsync({})).rejects.toThrow(/^the engine is closed; /);
});

test("a running evaluation ends with the policies of its start", async () => {
  const engine = loaded();
  const running = [1, 2, 3, 4, 5, 6].map((x) => engine.evaluateAsync("data.p.x", { x }));
  engine.close();
  expect(await Promise.all(running)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a builtin may close the engine that it is asked by", () => {
  const made: Engine[] = [];
  const fn = (x: number): number => {
    for (const engine of made) engine.close();
    return x + 1;
  };
  const engine = new Engine({ builtins: { "acme.close": { args: 1, fn } }, maxEvaluationMs: 60_000 });
  made.push(engine);
  engine.loadPolicy("p", "package p\nx := acme.close(1) + acme.close(2)");
  expect(engine.evaluate("data.p.x")).toBe(5);
  expect(() => engine.evaluate("data.p.x")).toThrow(/^the engine is closed; /);
});

test("of a named engine one handle is closed, and policies stay until the name is forgotten", () => {
  const name = "closing.test";
  const [one, other] = [Engine.open(name), Engine.open(name)];
  one.loadPolicy("p.rego", POLICY);
  one.close();
  expect(() => one.evaluate("data.p.x", { x: 1 })).toThrow(ArgumentError);
  expect(other.evaluate("data.p.x", { x: 1 })).toBe(1);
  other.close();
  const again = Engine.open(name);
  expect(again.evaluate("data.p.x", { x: 1 })).toBe(1);
  expect(Engine.forget(name)).toBe(true);
  expect(again.evaluate("data.p.x", { x: 1 })).toBe(1);
  expect(Engine.open(name).loadedPolicies()).toEqual([]);
  Engine.forget(name);
});

test("workers that close a named engine, or end without that, leave it to the others", async () => {
  const name = "closing.workers";
  const engine = Engine.open(name);
  engine.loadPolicy("p.rego", POLICY);
  const lib = new URL("../../lib/index.js", import.meta.url).href;
  const run = (close: boolean) => {
    const code = `import(${JSON.stringify(lib)}).then(({ Engine }) => { const e = Engine.open("${name}"); e.setData({ by: ${close} }); ${close ? "e.close();" : ""} })`;
    return new Promise((resolve) => new Worker(code, { eval: true }).once("exit", resolve));
  };
  expect(await Promise.all([true, false, true, false].map(run))).toEqual([0, 0, 0, 0]);
  expect(engine.evaluate("data.p.x", { x: 1 })).toBe(1);
  engine.close();
  expect(Engine.forget(name)).toBe(true);
  // Four threads at once: a busy machine takes several times as long as an idle one.
}, 60_000);
