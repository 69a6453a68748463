import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "grid-smoke-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs smoke.mjs with more environment. */
function smoke(env: Record<string, string>) {
  return spawnSync(process.execPath, ["smoke.mjs"], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
}

// Three seconds on a quiet machine, and longer beside other builds.
test("all cases pass, and the result is written", { timeout: 60_000 }, () => {
  const path = join(folder, "result.json");
  const { status, stdout } = smoke({ BOARDKIT_RESULT: path });
  const result = JSON.parse(readFileSync(path, "utf8"));
  expect(result).toMatchObject({
    failed: 0,
    node: process.version,
    arch: process.arch,
    failures: [],
  });
  expect(result.passed).toBeGreaterThanOrEqual(60);
  expect(result.rssBytes).toBeGreaterThan(1e6);
  expect(result.measures["1st decision"]).toMatch(/^\d+\.\d\ds$/);
  expect(stdout.trim().split("\n").at(-1)).toBe(`${result.passed} passed, 0 failed, 0 skipped`);
  expect(status).toBe(0);
});

test("an addon that does not load is one failure that says why", () => {
  const path = join(folder, "failed.json");
  const { status, stdout } = smoke({ BOARDKIT_ADDON: "/nowhere/x.node", BOARDKIT_RESULT: path });
  const { passed, failed, failures } = JSON.parse(readFileSync(path, "utf8"));
  expect([passed, failed, failures.length]).toEqual([0, 1, 1]);
  expect(failures[0].error).toContain("/nowhere/x.node: no such file");
  expect(stdout).toContain("✗ smoke.mjs: the addon loads");
  expect(stdout.trim().split("\n").at(-1)).toBe("0 passed, 1 failed, 0 skipped");
  expect(status).toBe(1);
});
