import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { findShellcheckObstacle, shellcheck } from "../../checks/fixtures/deploy/shellcheck.ts";
import { skipFor } from "../../checks/fixtures/skip-for.ts";
import { readLauncher, readTool } from "./scripts.ts";

/** The tool calls its operations by `op_$op`, and each script has functions and variables that only the other one uses. */
const NOT_HERE = ["SC2034", "SC2317"];

describe.for([
  ["launcher", readLauncher()],
  ["tool", readTool()],
] as const)("the %s", ([, { text, hash }]) => {
  test("is a script of a POSIX shell, named by its hash", () => {
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  test("passes shellcheck", async (context) => {
    const obstacle = await findShellcheckObstacle();
    if (obstacle !== undefined) return skipFor(context, obstacle);
    expect(shellcheck(text, NOT_HERE)).toBe("");
    expect(shellcheck(`${text}\nrm -rf $HOME/*\n`, NOT_HERE)).toContain("SC2086");
  });
});
