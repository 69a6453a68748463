import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { selectSizes } from "../../model/registry.ts";
import type { BoardResult } from "../../model/report/board-report.ts";
import { keepResult, readKept } from "./kept.ts";

const [sized] = selectSizes(loadRegistry(), ["filogic-256"]);
const result: BoardResult = {
  board: "filogic-256",
  target: "aarch64-unknown-linux-musl",
  cpu: "cortex-a53",
  machine: "virt",
  standsIn: [],
  ramMiB: 256,
  verdict: "passed",
  boots: 1,
  wallSeconds: 30.1,
  timeline: [{ name: "bare", from: 3, to: 6.9 }],
  bare: { rssAnonKiB: 9600, vmHwmKiB: 50_000 },
  passed: 379,
  failed: 0,
};
const run = { qemu: "10.0.13", addon: "ab" };

test("the last result of a board is kept; another memory size or profile is another result", async () => {
  const dist = temporaryFolder();
  expect(await readKept(dist)).toEqual({ results: [], errors: [] });
  const plan = { dist, sized: sized! };
  await keepResult(plan, run, { ...result, verdict: "failed" });
  await keepResult(plan, run, result);
  await keepResult(plan, run, { ...result, ramMiB: 128 });
  await keepResult(plan, { ...run, profile: "small" }, result);
  const { results, errors } = await readKept(dist);
  expect(errors).toEqual([]);
  expect(results.map(({ profile, result: { ramMiB, verdict } }) => [ramMiB, profile, verdict])).toEqual([
    [128, undefined, "passed"],
    [256, "small", "passed"],
    [256, undefined, "passed"],
  ]);
  expect(results.at(-1)).toEqual({ schema: 1, ...run, result });
});

test("a file that is not a result is an error beside the others", async () => {
  const dist = temporaryFolder();
  await keepResult({ dist, sized: sized! }, run, result);
  mkdirSync(join(dist, "boards"), { recursive: true });
  writeFileSync(join(dist, "boards/a.json"), '{"schema": 1}');
  writeFileSync(join(dist, "boards/b.json"), "{");
  expect(readdirSync(join(dist, "boards"))).toHaveLength(3);
  const { results, errors } = await readKept(dist);
  expect(results).toHaveLength(1);
  expect(errors.map(({ code, details }) => [code, details.fix])).toEqual([
    ["BAD_RECORD", "remove that file and run: boardkit board"],
    ["BAD_RECORD", "remove that file and run: boardkit board"],
  ]);
});
