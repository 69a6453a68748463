// V8 knows the bytes of engines and caches: it collects those that are dropped, and counts no byte that is not there.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import { Cache, Engine } from "../../ts/index.ts";
import { addon } from "../../ts/loader.ts";

const MB = 1e6;
/** What V8 itself and Node move meanwhile, in bytes. */
const NOISE = 0.3 * MB;
const RULES = `package p\n${Array.from({ length: 1000 }, (_, index) => `x if input.a == ${index}`).join("\n")}`;
const USERS = { users: Array.from({ length: 10_000 }, (_, id) => ({ id, name: `user ${id}` })) };

let collect: () => void;
beforeAll(() => {
  setFlagsFromString("--expose-gc");
  collect = runInNewContext("gc") as () => void;
});

/** The bytes that V8 counts in addition to those at the start. */
function meter(): () => number {
  const before = addon().toldBytes();
  return () => addon().toldBytes() - before;
}

async function turns(): Promise<void> {
  for (let count = 0; count < 3; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("V8 knows the bytes of an engine", () => {
  test("as policies and data come and go, and of nothing once it is closed", () => {
    const reported = meter();
    const engine = new Engine();
    engine.loadPolicy("p.rego", RULES);
    const loaded = reported();
    expect(loaded).toBeGreaterThan(RULES.length * 5);
    engine.setData(USERS);
    const withData = reported();
    expect(withData).toBeGreaterThan(loaded + MB);
    expect(() => engine.loadPolicy("q.rego", "package q\nx if {")).toThrow();
    expect(Math.abs(reported() - withData)).toBeLessThan(NOISE);
    engine.setData({});
    expect(Math.abs(reported() - loaded)).toBeLessThan(NOISE);
    engine.removePolicy("p.rego");
    expect(reported()).toBeLessThan(NOISE);
    engine.setData(USERS);
    engine.close();
    expect(reported()).toBeLessThan(NOISE);
  });

  test("of a name once, however often it is opened", () => {
    const reported = meter();
    const name = "memory.test";
    const engines = Array.from({ length: 20 }, () => Engine.open(name));
    engines[0]!.setData(USERS);
    const once = reported();
    expect(once).toBeGreaterThan(MB);
    for (let count = 0; count < 20; count += 1) engines.push(Engine.open(name));
    expect(Math.abs(reported() - once)).toBeLessThan(NOISE);
    // Another engine of the same name is reported in addition.
    Engine.forget(name);
    const other = Engine.open(name);
    other.setData(USERS);
    expect(reported()).toBeGreaterThan(1.9 * once);
    for (const engine of engines) engine.close();
    expect(reported()).toBeGreaterThan(0.9 * once);
    expect(reported()).toBeLessThan(1.1 * once);
    other.close();
    expect(reported()).toBeLessThan(NOISE);
    Engine.forget(name);
  });

  test("until it is collected", async () => {
    const reported = meter();
    const hold = () => {
      for (let count = 0; count < 5; count += 1) new Engine().setData(USERS);
    };
    hold();
    expect(reported()).toBeGreaterThan(5 * MB);
    collect();
    await turns();
    expect(reported()).toBeLessThan(NOISE);
  });
});

describe("V8 knows the bytes of a cache", () => {
  test("as entries come and go, and of nothing once it is closed", () => {
    const reported = meter();
    const cache = new Cache({ maxBytes: 4 * MB });
    const value = "v".repeat(1000);
    for (let key = 0; key < 1000; key += 1) cache.set(`${key}`, value);
    expect(Math.abs(reported() - cache.bytes)).toBeLessThan(NOISE);
    // What leaves for the cap makes room for what comes.
    for (let key = 0; key < 10_000; key += 1) cache.set(`${key}`, value);
    expect(Math.abs(reported() - cache.bytes)).toBeLessThan(NOISE);
    const snapshot = cache.snapshot();
    const beside = reported() - cache.bytes;
    for (const key of cache.keys()) cache.delete(key);
    expect(reported() - beside).toBeLessThan(NOISE);
    cache.restore(snapshot);
    expect(Math.abs(reported() - beside - cache.bytes)).toBeLessThan(NOISE);
    cache.clear();
    expect(reported() - beside).toBeLessThan(NOISE);
    cache.setMany(Array.from({ length: 1000 }, (_, key) => [`${key}`, value] as const));
    expect(reported() - beside).toBeGreaterThan(MB);
    cache.close();
    expect(reported() - beside).toBeLessThan(NOISE);
  });

  test("of a name once, with its contents when it is opened", () => {
    const reported = meter();
    const name = "memory.cache";
    const cache = Cache.open(name);
    cache.set("k", "v".repeat(2 * MB));
    const others = Array.from({ length: 20 }, () => Cache.open(name));
    expect(Math.abs(reported() - 2 * MB)).toBeLessThan(NOISE);
    cache.close();
    expect(Math.abs(reported() - 2 * MB)).toBeLessThan(NOISE);
    for (const other of others) other.close();
    expect(reported()).toBeLessThan(NOISE);
    const kept = Cache.open(name, { keep: true });
    kept.set("k", "v".repeat(2 * MB));
    kept.close();
    expect(reported()).toBeLessThan(NOISE);
    const again = Cache.open(name);
    expect(Math.abs(reported() - 2 * MB)).toBeLessThan(NOISE);
    again.close();
    Cache.forget(name);
  });
});

describe("dropped engines and caches are collected early", () => {
  // `npm run limits` has more of them. Without V8 knowing it is half as much again and more: it collects for each 64 MB that it hears of.
  const CHILD = fileURLToPath(new URL("../../../checks/limits/dropped.mjs", import.meta.url));
  const ENTRY = new URL("../../lib/index.js", import.meta.url).href;

  test.each([
    ["engines", 150, 100],
    ["engines, closed", 150, 100],
    ["engines, in one turn", 150, 100],
    ["named engines", 150, 100],
    ["caches", 80, 150],
  ])("%s", { timeout: 120_000 }, (kind, count, most) => {
    const said = execFileSync(process.execPath, [CHILD, ENTRY, kind, String(count)], { encoding: "utf8" });
    const { left, peak } = JSON.parse(said) as Record<string, number>;
    expect(left).toBeLessThan(most * MB);
    // Node finalizes nothing before the loop turns.
    if (kind !== "engines, in one turn") expect(peak).toBeLessThan(most * MB);
  });
});
