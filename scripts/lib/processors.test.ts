import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { childSeconds } from "./processors.ts";

test("the time of a child's child counts, and the time of this process does not", () => {
  const before = childSeconds();
  const loop = "const end = process.cpuUsage(); while (process.cpuUsage(end).user < 300_000);";
  spawnSync(process.execPath, ["-e", `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(loop)}])`]);
  const after = childSeconds();
  expect(after - before).toBeGreaterThanOrEqual(0.3);
  const own = process.cpuUsage();
  while (process.cpuUsage(own).user < 200_000);
  expect(childSeconds()).toBe(after);
});
