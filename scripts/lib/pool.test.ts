import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inPool } from "./pool.ts";

test("at most `size` at a time, results in order", async () => {
  let running = 0;
  let most = 0;
  const results = await inPool([30, 10, 20, 1], 2, false, async (milliseconds) => {
    most = Math.max(most, ++running);
    await sleep(milliseconds);
    running -= 1;
    return milliseconds;
  });
  expect(most).toBe(2);
  expect(results.map((result) => result.status === "fulfilled" && result.value)).toEqual([30, 10, 20, 1]);
});

test("after an error nothing further begins, unless it is to keep going", async () => {
  const work = async (item: number) => {
    if (item === 1) throw new Error("one");
    return item;
  };
  const stopped = await inPool([1, 2, 3], 1, false, work);
  expect(stopped.map((result) => result?.status)).toEqual(["rejected"]);
  const kept = await inPool([1, 2, 3], 1, true, work);
  expect(kept.map((result) => result.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
});
