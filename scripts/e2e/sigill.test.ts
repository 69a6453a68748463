// The crash that Boardkit exists for: an addon with an instruction that the board's CPU does not have.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheRoot } from "../lib/paths.ts";
import { loadRegistry } from "../model/registry.ts";
import { zigPaths } from "../pipeline/plan.ts";
import { probeSources } from "../probe/sources.ts";
import { zigCaches } from "../tools/zig.ts";
import { boardkit, createFolder } from "./cli.ts";

const armv7 = "armv7-unknown-linux-musleabihf";

/** An addon for armv7 musl whose registration runs the given statements. */
function compileAddon(body: string): string {
  const folder = createFolder();
  const source = join(folder, "addon.c");
  const output = join(folder, "addon.node");
  writeFileSync(source, `#define NAPI_VERSION 8\n#include <node_api.h>\nNAPI_MODULE_INIT() { ${body} return exports; }\n`);
  const zig = zigPaths(cacheRoot(process.env), loadRegistry());
  const include = probeSources().includeDirs.map((path) => `-I${path}`);
  const flags = ["-target", "arm-linux-musleabihf", "-mcpu=generic+v7a", "-shared", "-fPIC", "-s", "-Wl,-z,undefs"];
  execFileSync(zig.zig, ["cc", ...flags, ...include, "-o", output, source], { env: { ...process.env, ...zigCaches(zig) } });
  return output;
}

test("an ARMv8 instruction ends the Cortex-A7 run by SIGILL, and the control run clears the emulator", async () => {
  // vmaxnm.f32 s0, s0, s0: FEAT of ARMv8-A, as a compiler that was told -mcpu=native on a Pi 4 emits it.
  const { code, stdout, stderr } = await boardkit([
    "smoke",
    "--target",
    armv7,
    "--addon",
    compileAddon('__asm__ volatile(".inst 0xfe800a00");'),
  ]);
  expect(stderr).toMatch(/✗ smoke probe armv7[^]*probe was ended by SIGILL on cortex-a7; the control run without the addon ends well/);
  expect(stderr).toMatch(/an instruction that cortex-a7 does not have/);
  expect(stdout).toMatch(/1 FAILED/);
  expect(code).toBe(1);
});

test("the same addon without that instruction passes", async () => {
  const { code, stderr } = await boardkit(["smoke", "--target", armv7, "--addon", compileAddon("")]);
  expect(stderr).toMatch(/✓ smoke probe/);
  expect(code).toBe(0);
});
