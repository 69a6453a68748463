// The builds that measure features.
import { expect, test } from "vitest";
import { variants } from "./size.ts";

test("with features each is left out with those that need it, and without any each is added", () => {
  const needs = { default: ["a", "b", "c"], a: ["other/a"], b: ["a"], c: ["b", "dep:d"] };
  expect(variants(["a", "b"], ["a", "b", "c"], {})).toEqual([
    { change: "a b", features: ["a", "b"] },
    { change: "without a", features: ["b"] },
    { change: "without b", features: ["a"] },
    { change: "no features", features: [] },
  ]);
  expect(variants(["a", "b", "c"], ["a", "b", "c"], needs).map(({ change }) => change)).toEqual([
    "a b c",
    "without a b c",
    "without b c",
    "without c",
    "no features",
  ]);
  expect(variants([], ["a", "c"], needs)).toEqual([
    { change: "no features", features: [] },
    { change: "with a", features: ["a"] },
    { change: "with c", features: ["c"] },
  ]);
});

test("a crate without default features is an error", () => {
  expect(() => variants([], [], {})).toThrow(expect.objectContaining({ code: "NO_FEATURES" }));
});
