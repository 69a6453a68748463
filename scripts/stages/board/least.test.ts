import { expect, test } from "vitest";
import { findLeast } from "./least.ts";

test.each([
  [1024, 72],
  [128, 72],
  [128, 20],
  [74, 72],
  [72, 72],
])("from %d MiB down to %d", async (enough, least) => {
  const tried: number[] = [];
  const found = await findLeast(enough, async (ramMiB) => {
    tried.push(ramMiB);
    return ramMiB >= least;
  });
  expect(found - least).toBeGreaterThanOrEqual(0);
  expect(found - least).toBeLessThan(4);
  expect(Math.min(...tried, enough)).toBeGreaterThanOrEqual(16);
  expect(tried.length).toBeLessThanOrEqual(11);
});

test("a size that passes once by luck is not the smallest", async () => {
  let lucky = 1;
  expect(await findLeast(128, async (ramMiB) => ramMiB >= 80 || (ramMiB === 76 && lucky-- > 0))).toBe(80);
});
