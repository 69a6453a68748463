import { expect, test } from "vitest";
import { BoardkitError } from "../lib/errors.ts";
import { selectTriples } from "../model/registry.ts";
import { chooseBuilders } from "../stages/plan/builders.ts";
import { unfitRows } from "../stages/compare/compare.ts";
import { failOnComparison } from "./compare.ts";
import { describeComparison } from "./output/comparison.ts";
import { loadRegistry } from "../model/read-registry.ts";

test("one row per builder; a builder that cannot build has a reason, and a target without the erratum has no count", () => {
  const row = { bytes: 3_290_000, glibc: "2.12", needed: ["libc.so.6"], buildSeconds: 151, smokeSeconds: 7.2, passed: 331, failed: 0 };
  const text = describeComparison([
    { target: "armv7-gnu", builder: "gcc", tools: "gcc 12.2.0", ...row },
    { target: "aarch64-gnu", builder: "zig", tools: "zig 0.17.1", ...row, errata843419: 0, failed: 2 },
    { target: "aarch64-musl", builder: "gcc", reason: "no gcc for musl" },
  ]);
  expect(text).toMatch(/armv7-gnu +gcc +3\.29 MB +2\.12 +libc\.so\.6 +- +2m 31s +331 passed 7\.2s +gcc 12\.2\.0/);
  expect(text).toMatch(/aarch64-gnu +zig .* 0 +2m 31s +2 FAILED/);
  expect(text).toMatch(/aarch64-musl +gcc +(- +){6}no gcc for musl/);
});

test("a builder that can build none of the targets becomes rows with the reason; other errors are thrown", () => {
  const host = { host: "x86_64-unknown-linux-gnu", obstacles: { cross: { reason: "no engine", fix: "get one" } } };
  const choose = () => chooseBuilders(selectTriples(loadRegistry(), ["aarch64*"]), host, "cross");
  let error: unknown;
  try {
    choose();
  } catch (thrown) {
    error = thrown;
  }
  expect(unfitRows("cross", error)).toEqual([
    { target: "aarch64-unknown-linux-gnu", builder: "cross", reason: expect.stringContaining("no engine") },
    { target: "aarch64-unknown-linux-musl", builder: "cross", reason: expect.stringContaining("no engine") },
  ]);
  const otherError = new BoardkitError("x", { code: "NOT_NAPI" });
  expect(() => unfitRows("cross", otherError)).toThrow(otherError);
});

test("the error of a failed build has its log and fix, also together with a failed smoke run", () => {
  const error = new BoardkitError("cargo exited with 101", { code: "BUILD_FAILED", tail: "error[E0432]", fix: "the whole log: /log" });
  const failures = [{ target: "t by gcc", error }];
  const unfit = { target: "t", builder: "cross" as const, reason: "no engine" };
  expect(() => failOnComparison({ rows: [unfit], failures: [] })).not.toThrow();
  expect(() => failOnComparison({ rows: [{ target: "t", builder: "gcc", reason: error.message }], failures })).toThrow(error);
  expect(() => failOnComparison({ rows: [{ target: "t", builder: "zig", passed: 0, failed: 1 }], failures })).toThrow(
    expect.objectContaining({
      message: "2 targets failed: t by gcc, t by zig",
      exit: "failed",
      details: expect.objectContaining({ tail: expect.stringMatching(/E0432[^]*the whole log: \/log[^]*smoke failed: t by zig/) }),
    }),
  );
});
