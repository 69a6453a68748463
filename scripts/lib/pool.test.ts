import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inPool } from "./pool.ts";

test("at most `size` at a time, results in order", async () => {
  let running = 0;
  let most = 0;
  const results = await inPool([30, 10, 20, 1], { size: 2, keepGoing: false }, async (milliseconds) => {
    most = Math.max(most, ++running);
    await sleep(milliseconds);
    running -= 1;
    return milliseconds;
  });
  expect(most).toBe(2);
  expect(results.map((result) => result.status === "fulfilled" && result.value)).toEqual([30, 10, 20, 1]);
});

test("after an error no further item starts, except with keepGoing", async () => {
  const work = async (item: number) => {
    if (item === 1) throw new Error("one");
    return item;
  };
  const stopped = await inPool([1, 2, 3], { size: 1, keepGoing: false }, work);
  expect(stopped.map((result) => result?.status)).toEqual(["rejected"]);
  const kept = await inPool([1, 2, 3], { size: 1, keepGoing: true }, work);
  expect(kept.map((result) => result.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
});

test("the first item of a group ends before others of it start, and other groups do not wait for it", async () => {
  const events: string[] = [];
  const work = async (item: string) => {
    events.push(`+${item}`);
    await sleep(item === "b1" ? 5 : 30);
    events.push(`-${item}`);
  };
  const options = { size: 3, keepGoing: false, group: (item: string) => item[0] ?? "" };
  const results = await inPool(["a1", "a2", "a3", "b1", "b2"], options, work);
  expect(results.map((result) => result.status)).toEqual(Array.from({ length: 5 }, () => "fulfilled"));
  expect(events).toEqual(["+a1", "+b1", "-b1", "+b2", "-a1", "+a2", "+a3", "-b2", "-a2", "-a3"]);
});
