// Some power cuts of a deploy; `npm run test:deploy` tries a thousand.
import { expect, test } from "vitest";
import { testPowerCuts } from "../../deploy-crash/crash.ts";
import { findCrashObstacle } from "../../deploy-crash/record.ts";
import { skipFor } from "../../fixtures/skip-for.ts";

test("after a power cut a whole release runs", async (task) => {
  const obstacle = findCrashObstacle();
  if (obstacle !== undefined) return skipFor(task, obstacle);
  const { states, events, wrong } = await testPowerCuts(40, 1);
  expect(wrong).toEqual([]);
  expect(states).toBe(40);
  expect(events).toBeGreaterThan(100);
});
