// An addon with an instruction that the board's CPU does not have.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { boardkit, createProject } from "./cli.ts";

const armv7 = "armv7-unknown-linux-musleabihf";
const EXPORT = 'napi_value one; napi_create_uint32(env, 1, &one); napi_set_named_property(env, exports, "one", one);';

/** Runs an addon for armv7 musl, whose registration runs the given statements, in a project without a smoke script. */
function smoke(body: string) {
  const folder = createProject({});
  cpSync(join(packageRoot, "dist", armv7), join(folder, "dist", armv7), { recursive: true });
  const addon = compileShared(addonSource(`${EXPORT} ${body}`), "arm-linux-musleabihf", ["-mcpu=generic+v7a"]);
  return boardkit(["--cwd", folder, "smoke", "--target", armv7, "--addon", addon]);
}

test("an ARMv8 instruction ends the Cortex-A7 run by SIGILL, and the control run passes", async () => {
  // vmaxnm.f32 s0, s0, s0 of ARMv8-A, which a compiler emits for -mcpu=native on a Pi 4.
  const { code, stdout, stderr } = await smoke('__asm__ volatile(".inst 0xfe800a00");');
  expect(stderr).toMatch(/✗ smoke host armv7[^]*host was ended by SIGILL on cortex-a7; the control run without the addon passes/);
  expect(stderr).toMatch(/an instruction that cortex-a7 does not have/);
  expect(stdout).toMatch(/1 FAILED/);
  expect(code).toBe(1);
});

test("the same addon without that instruction passes", async () => {
  const { code, stderr } = await smoke("");
  expect(stderr).toMatch(/✓ smoke host/);
  expect(code).toBe(0);
});
