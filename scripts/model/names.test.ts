import { expect, test } from "vitest";
import { wheelPlatform } from "./names.ts";
import { loadRegistry } from "./read-registry.ts";

test("the wheels of two targets never have the same name", () => {
  const { triples } = loadRegistry();
  const names = [...triples.values()].map((target) => `${wheelPlatform(target)} of ${target.triple.split("-")[0]}`);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  expect(names).toEqual(expect.arrayContaining(["linux of arm", "musllinux_1_2 of arm", "musllinux_1_2 of armv7"]));
});
