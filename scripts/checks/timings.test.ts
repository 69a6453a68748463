import { expect, test } from "vitest";
import { loadRegistry } from "../model/read-registry.ts";
import { fetchKey, stepKey } from "../stages/times.ts";
import { toTimings } from "./timings.ts";

test("steps have the median over the targets of their times from cold; other projects and profiles do not count", () => {
  const registry = loadRegistry();
  const zig = registry.toolchains.get("zig")!;
  const seconds = (...all: number[]) => all.map((one) => ({ seconds: one }));
  const times = {
    [stepKey("build", "a", "grid standard zig")]: seconds(40, 110),
    [stepKey("build", "b", "grid standard zig")]: seconds(130),
    [stepKey("build", "c", "grid standard gcc")]: seconds(90),
    [stepKey("build", "a", "grid small zig")]: seconds(1),
    [stepKey("build", "a", "other standard zig")]: seconds(2),
    [fetchKey(zig)]: [{ seconds: 24, bytes: 101 }],
    [fetchKey({ id: "zig", version: "0.1" })]: [{ seconds: 3, bytes: 5 }],
  };
  const before = { id: "2-cores", cores: 2, project: "grid", steps: { probe: 1 }, downloads: { go: { bytes: 7, seconds: 1 } } };
  const found = toTimings(times, { id: "2-cores", cores: 2, project: "grid" }, { ...registry, timings: new Map([["2-cores", before]]) });
  expect(found.steps).toEqual({ build: 110, probe: 1 });
  expect(found.downloads).toEqual({ go: { bytes: 7, seconds: 1 }, zig: { bytes: 101, seconds: 24 } });
});
