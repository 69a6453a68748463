import { expect, test } from "vitest";
import { readFailures, readOutcome } from "./results.ts";

test("a smoke script's result file has the counts and the Node", () => {
  expect(readOutcome("node", { stdout: "" }, '{"passed":180,"failed":1,"node":"v20.11.0"}')).toEqual({
    passed: 180,
    failed: 1,
    runtime: "Node 20.11.0",
  });
});

test("the host has the counts of its script, and its own name", () => {
  expect(readOutcome("host", { stdout: "" }, '{"passed":379,"failed":0,"node":"v22.14.0"}')).toEqual({
    passed: 379,
    failed: 0,
    runtime: "host 1.0, quickjs-ng 0.16",
  });
});

test("a script without a result has passed no test", () => {
  expect(readOutcome("node", { stdout: "9 passed" }, undefined)).toMatchObject({ passed: 0 });
});

test("libtest's summaries add up", () => {
  const stdout = "test result: ok. 3 passed; 0 failed; 0 ignored\nnoise\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\n";
  expect(readOutcome("tests", { stdout }, undefined)).toMatchObject({ passed: 4, failed: 2 });
});

test("a script may name its failures, with a file or without; a list of another form says nothing", () => {
  const failures = [{ file: "cache/ttl.yaml", name: "an entry expires", error: "x" }, { name: "it loads" }];
  expect(readFailures(JSON.stringify({ passed: 1, failed: 2, failures }))).toEqual(["cache/ttl.yaml: an entry expires", "it loads"]);
  expect(readFailures('{"passed":1,"failed":2,"failures":2}')).toEqual([]);
  expect(readFailures(undefined)).toEqual([]);
});
