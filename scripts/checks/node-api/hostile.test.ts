// Smoke scripts and addons that misbehave, run by the stage smoke in the host of this machine: each is a failure with a clear reason.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planRuns } from "../../emulate/runs.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { PlannedRun } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { selectTriples } from "../../model/registry.ts";
import { runProgram } from "../../stages/smoke/run.ts";
import { kit, missing } from "./host-fixture.ts";
import { compileAddon, compileHost } from "./native-host.ts";

const hostTest = test.skipIf(missing.length > 0);
const UNKNOWN = `#include <node_api.h>
int napi_from_the_future(void);
NAPI_MODULE_INIT() { napi_from_the_future(); return exports; }`;

let folder = "";
let host = "";
const addons: Record<string, string> = {};

beforeAll(async () => {
  if (missing.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), "boardkit-hostile-"));
  host = await compileHost(kit, "optimized", folder);
  await writeFile(join(folder, "unknown.c"), UNKNOWN);
  const sources = { hostile: join(packageRoot, "scripts/target-side/host/fixtures/hostile.c"), unknown: join(folder, "unknown.c") };
  for (const [name, source] of Object.entries(sources))
    addons[name] = await compileAddon([source], [], join(folder, `${name}.node`), packageRoot, kit.signal);
}, 600_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The planned run of a target without Node, with the host of this machine and no emulator. */
async function smoke(addon: string, script: string, seconds = 60) {
  await writeFile(join(folder, "smoke.mjs"), script);
  const [target] = selectTriples(kit.registry, ["armv7-unknown-linux-musleabihf"]);
  const settings = { smoke: "smoke.mjs", smokeInputs: [], tests: [] } as unknown as Project["settings"];
  const files = { cache: kit.cache, dist: folder, addon: addons[addon] ?? "" };
  const [planned] = planRuns(kit.registry, target!, { folder, settings } as Project, files);
  const here = (program: string[] = []) => [host, ...program.slice(1)];
  const run = { ...planned!, emulator: [], program: here(planned?.program), load: here(planned?.load), control: [host, "--version"] };
  return runProgram(run satisfies PlannedRun, folder, kit.signal, undefined, seconds);
}

const load = 'import { createRequire } from "node:module"; const addon = createRequire(import.meta.url)(process.env.BOARDKIT_ADDON);';
const report = 'import { writeFileSync } from "node:fs"; writeFileSync(process.env.BOARDKIT_RESULT, \'{"passed":1,"failed":0}\');';

hostTest("a script that calls the addon and reports has passed", async () => {
  expect(await smoke("hostile", `${load} ${report}`)).toMatchObject({ outcome: "passed", passed: 1, runtime: "host 1.0, quickjs-ng 0.16" });
});

hostTest("a script that uses what the host lacks: the addon is only loaded, and the table says so", async () => {
  const runtime = "host 1.0, quickjs-ng 0.16, load only: it has no worker_threads";
  expect(await smoke("hostile", 'import { Worker } from "node:worker_threads"; new Worker("x");')).toMatchObject({
    outcome: "passed",
    passed: 1,
    runtime,
  });
  expect(await smoke("unknown", 'import "node:worker_threads";')).toMatchObject({ outcome: "failed", runtime });
});

hostTest.each([
  ["never ends", "hostile", "setInterval(() => {}, 1000);", /^host timed out after 2 s/],
  ["never ends and does not wait", "hostile", "for (;;);", /^host timed out after 2 s/],
  ["throws in a finalizer", "hostile", `${load} ${report} addon.makeObject();`, /Error: thrown in a finalizer[^]*E_FINALIZER/],
  [
    "throws in a thread-safe function",
    "hostile",
    `${load} ${report} addon.callLater();`,
    /Error: thrown in a thread-safe function[^]*E_CALL/,
  ],
  ["exits early", "hostile", "process.exit(0);", /^host exited with 0 but reported no passed test/],
  [
    "waits for a promise that nothing settles",
    "hostile",
    "await new Promise(() => {});",
    /^host exited with 13[^]*unsettled top-level await/i,
  ],
  ["has an addon with an unknown Node-API function", "unknown", load, /napi_from_the_future/],
] as const)("a smoke run that %s fails with the reason", async (_name, addon, script, reason) => {
  const result = await smoke(addon, script, 2);
  expect(result.outcome).toBe("failed");
  expect(result.reason).toMatch(reason);
});
