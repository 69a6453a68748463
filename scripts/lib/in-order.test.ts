import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inOrder } from "./in-order.ts";

const light = { size: 2, most: 100, weight: () => 1 };

test("items run side by side, and results come in order", async () => {
  const events: string[] = [];
  const work = async (milliseconds: number) => {
    events.push(`+${milliseconds}`);
    await sleep(milliseconds);
    events.push(`-${milliseconds}`);
    return milliseconds;
  };
  for await (const result of inOrder([60, 5, 10], light, work)) events.push(`=${result}`);
  expect(events).toEqual(["+60", "+5", "-5", "+10", "-10", "-60", "=60", "=5", "=10"]);
});

test("the running items never exceed the weight limit, and a heavier item runs alone", async () => {
  const weights = [3, 4, 4, 30, 1, 2, 8];
  let running: number[] = [];
  const seen: number[][] = [];
  const work = async (weight: number) => {
    running.push(weight);
    seen.push([...running]);
    await sleep(weight);
    running = running.filter((other) => other !== weight);
    return weight;
  };
  const results = await Array.fromAsync(inOrder(weights, { size: 3, most: 10, weight: (item) => item }, work));
  expect(results).toEqual(weights);
  const heavy = seen.filter((group) => group.reduce((sum, weight) => sum + weight, 0) > 10);
  expect(heavy).toEqual([[30]]);
  expect(seen).toEqual(
    expect.arrayContaining([
      [3, 4],
      [1, 2],
    ]),
  );
});

test("an error comes in order, and nothing starts after it", async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await sleep(item === 0 ? 20 : 1);
    if (item === 1) throw new Error("one");
    return item;
  };
  const results: number[] = [];
  const all = async () => {
    for await (const result of inOrder([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { ...light, size: 1 }, work)) results.push(result);
  };
  await expect(all()).rejects.toThrow("one");
  await sleep(10);
  expect([results, begun.length]).toEqual([[0], expect.toSatisfy((count: number) => count <= 3)]);
});

test("no items, no results", async () => {
  expect(await Array.fromAsync(inOrder([], light, async () => 1))).toEqual([]);
});
