// An addon with an instruction that the board's CPU does not have.
import { expect, test } from "vitest";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { boardkit } from "./cli.ts";

const armv7 = "armv7-unknown-linux-musleabihf";

/** An addon for armv7 musl whose registration runs the given statements. */
const compileAddon = (body: string) => compileShared(addonSource(body), "arm-linux-musleabihf", ["-mcpu=generic+v7a"]);

test("an ARMv8 instruction ends the Cortex-A7 run by SIGILL, and the control run passes", async () => {
  // vmaxnm.f32 s0, s0, s0 of ARMv8-A, which a compiler emits for -mcpu=native on a Pi 4.
  const { code, stdout, stderr } = await boardkit([
    "smoke",
    "--target",
    armv7,
    "--addon",
    compileAddon('__asm__ volatile(".inst 0xfe800a00");'),
  ]);
  expect(stderr).toMatch(/✗ smoke host armv7[^]*host was ended by SIGILL on cortex-a7; the control run without the addon passes/);
  expect(stderr).toMatch(/an instruction that cortex-a7 does not have/);
  expect(stdout).toMatch(/1 FAILED/);
  expect(code).toBe(1);
});

test("the same addon without that instruction passes", async () => {
  const { code, stderr } = await boardkit(["smoke", "--target", armv7, "--addon", compileAddon("")]);
  expect(stderr).toMatch(/✓ smoke host/);
  expect(code).toBe(0);
});
