import { expect, test } from "vitest";
import { type Compared, findDifference, findReference } from "./differences.ts";

const result = (kind: Compared["kind"], passed: number, failures: string[] = []): Compared => ({
  kind,
  outcome: failures.length > 0 ? "failed" : "passed",
  passed,
  failed: failures.length,
  ...(failures.length > 0 ? { failures } : {}),
  runtime: kind === "bun" ? "Bun 1.4.5" : "Node 22.23.3",
});
const node = result("node", 9);

test("the same counts are no difference, and neither are the same failures", () => {
  expect(findDifference(result("bun", 9), node)).toBeUndefined();
  expect(findDifference(result("bun", 8, ["ttl: expires"]), result("node", 8, ["ttl: expires"]))).toBeUndefined();
});

test("a case that passes in Node and fails in a runtime is named, with the runtime", () => {
  const found = findDifference(result("bun", 8, ["ttl: expires"]), node);
  expect(found?.cases).toEqual(["ttl: expires"]);
  expect(found?.text).toMatch(/^Bun 1\.4\.5 differs from Node: fails, and passes in Node 22\.23\.3: ttl: expires/);
});

test("a case that fails only in Node is a difference too", () => {
  const found = findDifference(result("bun", 9), result("node", 8, ["ttl: expires"]));
  expect(found).toMatchObject({
    cases: ["ttl: expires"],
    text: expect.stringContaining("passes, and fails in Node 22.23.3: ttl: expires"),
  });
});

test("without names the counts differ", () => {
  expect(findDifference(result("bun", 5), node)).toEqual({
    cases: [],
    text: "Bun 1.4.5 differs from Node: 5 passed and 0 failed, and in Node 22.23.3 9 passed and 0 failed",
  });
  expect(findDifference({ ...result("bun", 0), outcome: "failed" }, node)?.text).toMatch(/no result, and in Node 22\.23\.3 9 passed/);
});

test("a runtime is compared with the target's Node, else with the host, if they came to a result", () => {
  const run = (kind: Compared["kind"], passed: number) => ({ ...result(kind, passed), cpu: "", seconds: 0, key: "" });
  expect(findReference([run("host", 3), run("node", 3)])?.kind).toBe("node");
  expect(findReference([run("host", 3), run("node", 0)])?.kind).toBe("host");
  expect(findReference([run("tests", 3), run("bun", 3)])).toBeUndefined();
});
