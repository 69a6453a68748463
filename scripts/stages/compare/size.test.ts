// The builds that measure features.
import { expect, test } from "vitest";
import { variants } from "./size.ts";

test("with features each is left out, and without any each is added", () => {
  expect(variants(["a", "b"], ["a", "b", "c"])).toEqual([
    { change: "a b", features: ["a", "b"] },
    { change: "without a", features: ["b"] },
    { change: "without b", features: ["a"] },
  ]);
  expect(variants([], ["a", "c"])).toEqual([
    { change: "no features", features: [] },
    { change: "with a", features: ["a"] },
    { change: "with c", features: ["c"] },
  ]);
});

test("a crate without default features is an error", () => {
  expect(() => variants([], [])).toThrow(expect.objectContaining({ code: "NO_FEATURES" }));
});
