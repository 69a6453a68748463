import { expect, test } from "vitest";
import { describe } from "./compare.ts";

test("builders stand side by side; one that cannot build says why, and what has no erratum has no count", () => {
  const row = { bytes: 3_290_000, glibc: "2.12", needed: ["libc.so.6"], buildSeconds: 151, smokeSeconds: 7.2, passed: 331, failed: 0 };
  const text = describe([
    { target: "armv7-gnu", builder: "gcc", tools: "gcc 12.2.0", ...row },
    { target: "aarch64-gnu", builder: "zig", tools: "zig 0.17.1", ...row, errata843419: 0, failed: 2 },
    { target: "aarch64-musl", builder: "gcc", reason: "no gcc for musl" },
  ]);
  expect(text).toMatch(/armv7-gnu +gcc +3\.29 MB +2\.12 +libc\.so\.6 +- +2m 31s +331 passed 7\.2s +gcc 12\.2\.0/);
  expect(text).toMatch(/aarch64-gnu +zig .* 0 +2m 31s +2 FAILED/);
  expect(text).toMatch(/aarch64-musl +gcc +(- +){6}no gcc for musl/);
});
