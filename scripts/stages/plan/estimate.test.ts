import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { openTimes } from "../../lib/progress/times.ts";
import type { Plan } from "../../model/plan.ts";
import { getToolchain, type Registry } from "../../model/registry.ts";
import { storeFolder } from "../../tools/store/store.ts";
import { basisOf, fetchKey, stepKey } from "../times.ts";
import { describeEstimate, estimatePlan } from "./estimate.ts";

const recorded = {
  id: "2-cores",
  cores: 2,
  project: "grid",
  steps: { build: 100, "smoke node": 10 },
  downloads: { zig: { bytes: 90_000_000, seconds: 20 } },
};
const basis = basisOf("thing", "standard", "zig");

/** Two targets of one target directory, with a build and a run of Node each; zig is the only tool. */
function world() {
  const folder = temporaryFolder();
  const registry: Registry = { ...quietContext().registry, timings: new Map([["2-cores", recorded]]) };
  const context = { registry, cache: join(folder, "cache"), jobs: 2, times: openTimes(join(folder, "times.json")) };
  const targets = ["a", "b"].map((triple) => ({
    target: { triple },
    builder: "zig",
    targetDir: join(folder, "target"),
    dist: join(folder, "dist", triple),
    steps: [{ id: "build" }],
    runs: [{ kind: "node" }, { kind: "tests", skip: "no tests" }],
    needs: { build: ["zig"], smoke: [] },
  }));
  const plan = { project: { name: "thing" }, profile: "standard", targets } as unknown as Plan;
  const finish = (triple: string) => {
    mkdirSync(join(folder, "dist", triple), { recursive: true });
    writeFileSync(join(folder, "dist", triple, "manifest.json"), "{}");
  };
  const fetchZig = () => mkdirSync(storeFolder(context.cache, getToolchain(registry, "zig")), { recursive: true });
  return { plan, context, finish, fetchZig, targetDir: join(folder, "target") };
}

const textOf = ({ plan, context }: Pick<ReturnType<typeof world>, "plan" | "context">) => {
  const estimate = estimatePlan(plan, context);
  return estimate && describeEstimate(estimate, context);
};

test("a first run has the times of a machine like this one, and says so", () => {
  expect(textOf(world())).toBe(
    "estimate: about 4 min and 90 MB of downloads, for 2 targets that were never built and 1 toolchain; from times of grid on a machine with 2 processors",
  );
});

test("times of this machine count first; a target directory with results of the target gives the last time, an empty one the longest", () => {
  const all = world();
  const { times } = all.context;
  for (const triple of ["a", "b"]) {
    times.add(stepKey("build", triple, basis), { seconds: 50, work: 100 });
    times.add(stepKey("build", triple, basis), { seconds: 4, work: 2 });
    times.add(stepKey("smoke node", triple, basis), { seconds: 1 });
  }
  times.add(fetchKey(getToolchain(all.context.registry, "zig")), { seconds: 5, bytes: 80_000_000 });
  expect(textOf(all)).toBe("estimate: about 2 min and 80 MB of downloads, for 2 targets that were never built and 1 toolchain");
  mkdirSync(join(all.targetDir, "a"), { recursive: true });
  mkdirSync(join(all.targetDir, "b"));
  all.fetchZig();
  expect(textOf(all)).toBe("estimate: about 10 s, for 2 targets that were never built");
});

test("targets and toolchains that exist need no estimate; steps without a recorded time have none", () => {
  const all = world();
  all.fetchZig();
  all.finish("a");
  expect(textOf(all)).toMatch(/^estimate: about 2 min, for 1 target that was never built; from/);
  all.context.registry.timings.set("2-cores", { ...recorded, steps: { build: 100 } });
  expect(textOf(all)).toMatch(/about 2 min, [^;]*; from [^;]*; without 1 step that has no recorded time$/);
  all.context.registry.timings.set("2-cores", { ...recorded, steps: {} });
  expect(textOf(all)).toBeUndefined();
  all.finish("b");
  all.context.registry.timings.set("2-cores", recorded);
  expect(textOf(all)).toBeUndefined();
});
