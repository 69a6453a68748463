import { expect, test } from "vitest";
import type { PlannedRun, TargetPlan } from "../../model/plan.ts";
import { nameOf } from "./addon.ts";
import { type Entry, readPublished } from "./list.ts";
import { chooseRun } from "./run.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const entry: Entry = { package: "some-addon", version: "1.0.0", target: "armv7-unknown-linux-gnueabihf" };

function planOf(...runs: Pick<PlannedRun, "kind" | "cpu">[]): TargetPlan {
  const complete = runs.map((run) => ({ ...run, emulator: ["qemu", "-cpu", run.cpu, "-L", "root"], program: ["host"] }));
  return { target: { triple: entry.target }, runs: complete } as unknown as TargetPlan;
}

test("every entry names a target and a CPU that exist, and no entry is listed twice", async () => {
  const registry = loadRegistry();
  const entries = await readPublished([]);
  for (const { target, cpu } of entries) {
    expect(registry.triples.keys()).toContain(target);
    if (cpu) expect(registry.cpus.get(cpu)?.arch).toBe(registry.triples.get(target)?.arch);
  }
  expect(new Set(entries.map((one) => [nameOf(one), one.target, one.cpu].join(" "))).size).toBe(entries.length);
});

test("words select entries by name, target or CPU; no match is an error", async () => {
  expect((await readPublished(["cortex-a76"])).every(({ cpu }) => cpu === "cortex-a76")).toBe(true);
  await expect(readPublished(["no-such-addon"])).rejects.toThrow("no published addon's name, target or CPU contains no-such-addon");
});

test("an addon is observed in Node, or else in the host", () => {
  const node = planOf({ kind: "node", cpu: "cortex-a7" });
  expect(chooseRun(node, entry).planned.kind).toBe("node");
  const host = planOf({ kind: "host", cpu: "arm1176" });
  expect(chooseRun(host, entry)).toMatchObject({ cpu: "arm1176", planned: { kind: "host" } });
});

test("the CPU of an entry selects the run with that CPU, or replaces the CPU of the first run", () => {
  const plan = planOf({ kind: "host", cpu: "arm1176" }, { kind: "node", cpu: "cortex-a7" });
  expect(chooseRun(plan, { ...entry, cpu: "cortex-a7" }).planned.kind).toBe("node");
  const { planned, cpu } = chooseRun(plan, { ...entry, cpu: "cortex-a9" });
  expect(planned.emulator).toEqual(["qemu", "-cpu", "cortex-a9", "-L", "root"]);
  expect([planned.cpu, cpu]).toEqual(["cortex-a9", "cortex-a9"]);
});

test("QEMU's names of the x86-64 levels are mapped to those of targets/cpus", () => {
  const plan = planOf({ kind: "node", cpu: "qemu64" });
  expect(chooseRun(plan, entry).cpu).toBe("x86-64");
  expect(chooseRun(plan, { ...entry, cpu: "x86-64-v3" }).planned.emulator).toContain("Haswell");
});
