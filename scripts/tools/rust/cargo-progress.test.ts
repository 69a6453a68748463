import { expect, test } from "vitest";
import { isCargoBar, readCargoProgress } from "./cargo-progress.ts";

// Lines of cargo 1.95.
test.each([
  [
    "    Building [============>            ] 112/151: grid-opa, regorus      ",
    { count: { done: 112, of: 151, unit: "units" }, phase: "grid-opa, regorus" },
  ],
  ["    Building [                         ] 0/1: x", { count: { done: 0, of: 1, unit: "units" }, phase: "x" }],
  ["    Building [=======================> ] 150/151", { count: { done: 150, of: 151, unit: "units" } }],
  [
    " Downloading [===>                     ] 3 crates, remaining bytes: 1.2MiB",
    { phase: "downloading 3 crates, remaining bytes: 1.2MiB" },
  ],
  ["    Blocking waiting for file lock on build directory", { waitingFor: "cargo's lock on the build directory" }],
  ["   Compiling grid-opa v0.1.0 (/work/crates/grid-opa)", undefined],
  ["warning: unused import: `x`", undefined],
  ["  = note: `#[warn(unused_imports)]` (part of `#[warn(unused)]`) on by default", undefined],
])("%s", (line, progress) => expect(readCargoProgress(line)).toEqual(progress));

test("a log keeps everything but the bar", () => {
  expect(isCargoBar("    Building [==>  ] 1/2: x")).toBe(true);
  expect(isCargoBar("    Blocking waiting for file lock on build directory")).toBe(false);
  expect(isCargoBar("   Compiling x v0.1.0 (/x)")).toBe(false);
});
