import { expect, test } from "vitest";
import { countBoards, countCounted, countLibtest, countPytest, countVitest, countOne } from "./counts.ts";

test("a check counts as one result", () => {
  expect(countOne("", 0)).toMatchObject({ passed: 1, failed: 0 });
  expect(countOne("", 1)).toMatchObject({ passed: 0, failed: 1 });
});

test("ignored Rust tests are skips with their reason", () => {
  const stdout = "test a::b ... ignored, needs a board\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n";
  expect(countLibtest(stdout, 0)).toEqual({ passed: 2, failed: 0, skipped: 1, reasons: ["a::b: needs a board"] });
});

test("pytest's last line has its counts, and its summary has the reasons of skips", () => {
  const stdout = "...s\nSKIPPED [1] tests/test_a.py:3: no extension\n2 failed, 3 passed, 1 skipped, 4 errors in 0.10s\n";
  expect(countPytest(stdout, 1)).toEqual({ passed: 3, failed: 6, skipped: 1, reasons: ["tests/test_a.py:3: no extension"] });
  expect(countPytest("12 passed in 65.01s (0:01:05)\n", 0)).toMatchObject({ passed: 12, failed: 0 });
  expect(countPytest("ImportError while loading conftest\n", 4)).toMatchObject({ passed: 0, failed: 1 });
});

test("counts that another command printed stay unchanged", () => {
  const counts = { passed: 3, failed: 1, skipped: 0, reasons: [] };
  expect(countCounted(`${JSON.stringify(counts)}\n`, 1)).toEqual(counts);
  expect(countCounted("", 3)).toMatchObject({ failed: 1 });
});

test("each board is a result; one that cannot be booted is a skip with its reason", () => {
  const boards = [
    { board: "pi-2", verdict: "passed" },
    { board: "pi-3", verdict: "failed", reason: "OOM kill" },
    { board: "bcm53xx-256", verdict: "unsupported", reason: "no VFP" },
  ];
  expect(countBoards(JSON.stringify({ schema: 1, boards }), 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 1,
    reasons: ["bcm53xx-256: no VFP"],
  });
});

test("a program that fails without a counted failure is a failure, and so is a program that ran no test", () => {
  expect(countLibtest("test result: ok. 2 passed; 0 failed; 0 ignored;\n", 101)).toMatchObject({ passed: 2, failed: 1 });
  expect(countLibtest("", 0)).toMatchObject({ failed: 1 });
  expect(countVitest("", 1)).toMatchObject({ failed: 1 });
  expect(countBoards("", 2)).toMatchObject({ failed: 1 });
});
