import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { ArgumentError, Engine } from "../../ts/index.ts";

type Seen = { answers: number; mixed: number; revisions: number };

function runWorker(workerData: object): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("shared.mjs", import.meta.url), { workerData });
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

/** Two policies that hold one number, so that an answer of two sets would show. */
const policies = (number: number) => ({
  "a.rego": `package p\npolicy := ${number}`,
  "b.rego": `package p\nagain := ${number}`,
});

test("workers share one engine by its name, and no answer mixes two sets while it is reloaded", async () => {
  const [name, count] = ["shared.test", 20_000];
  const engine = Engine.open(name);
  engine.loadPolicies(policies(0));
  const state = { running: true };
  const workers = Promise.all([1, 2, 3, 4].map(() => runWorker({ name, count }))).finally(() => (state.running = false));
  let loaded = 0;
  while (state.running) {
    engine.loadPolicies(policies((loaded += 1)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = await workers;
  expect(seen.map(({ answers, mixed }) => [answers, mixed])).toEqual(seen.map(() => [count, 0]));
  expect(Math.max(...seen.map(({ revisions }) => revisions))).toBeGreaterThan(1);
  expect(engine.revision).toBe(loaded + 1);
  expect(Engine.forget(name)).toBe(true);
  // Five threads at once: a busy machine takes several times as long as an idle one.
}, 60_000);

test("an engine is opened with its own options or none, and forgotten by name", () => {
  const name = "options.test";
  const engine = Engine.open(name, { maxNesting: 5 });
  engine.loadPolicy("p", "package p\nx := 1");
  expect(Engine.open(name).evaluate("data.p.x")).toBe(1);
  expect(Engine.open(name, { maxNesting: 5 }).evaluate("data.p.x")).toBe(1);
  // What an answer becomes is of the handle alone.
  expect(Engine.open(name, { unsafeIntegers: "bigint" }).evaluate("9007199254740992 + 1")).toBe(9007199254740993n);
  expect(() => Engine.open(name, { maxNesting: 6 })).toThrow(ArgumentError);
  expect([Engine.forget(name), Engine.forget(name)]).toEqual([true, false]);
  expect([engine.evaluate("data.p.x"), Engine.open(name).evaluate("data.p.x")]).toEqual([1, undefined]);
  Engine.forget(name);
  expect(() => Engine.open("")).toThrow(ArgumentError);
});
