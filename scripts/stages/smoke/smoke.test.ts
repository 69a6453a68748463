// Which runs of a target are made. The shell stands for the emulator here: what is tested is which program it is given.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { selectTriples } from "../../model/registry.ts";
import type { PlannedRun } from "../../model/plan.ts";
import { addonSource, compileShared } from "../../checks/fixtures/fixture.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { smokeTargets } from "./smoke.ts";
import { placeOfTarget } from "../../model/place.ts";

const triple = "armv7-unknown-linux-musleabihf";

function runOf(program: string): PlannedRun {
  const report = `echo '{"passed":1,"failed":0,"node":"v24.0.0"}' > "$BOARDKIT_RESULT"`;
  return {
    kind: "node",
    cpu: "cortex-a7",
    emulator: [program, "-c"],
    program: [report],
    control: ["true"],
    env: {},
    inputs: [],
  };
}

test("runs are those of the plan now, where what was built before had its tools in another cache folder", async () => {
  const addon = compileShared(addonSource(""), "arm-linux-musleabihf", ["-mcpu=cortex_a7"], "thing.node");
  const dist = dirname(addon);
  const context = quietContext();
  const place = placeOfTarget(context.registry, selectTriples(context.registry, [triple])[0]!);
  const before = { kind: "node", cpu: "cortex-a7", outcome: "passed", passed: 9, key: "of the folder before" };
  const manifest = { schema: 2, place, artifact: { file: "thing.node" }, runs: [runOf("/gone/sh")], smoke: [before] };
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  const [result] = await smokeTargets([{ target: { triple }, dist, runs: [runOf("/bin/sh")] }], undefined, context);
  expect(result?.smoke).toMatchObject([{ outcome: "passed", passed: 1, runtime: "Node 24.0.0" }]);
  expect(JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"))).toMatchObject({ runs: [{ emulator: ["/bin/sh", "-c"] }] });
});
