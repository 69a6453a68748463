// The runs of Bun and Deno: which targets have them, and their commands.
import { expect, test } from "vitest";
import type { Project } from "../model/project.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { getToolchain, selectTriples } from "../model/registry.ts";
import { runtimeNames } from "../model/targets/runtime.ts";
import { planRuns, toolsOfRuns } from "./runs.ts";
import { nameRuntimes } from "./runtimes.ts";

const registry = loadRegistry();
const project = { folder: "/p", settings: { smoke: "smoke.mjs", smokeInputs: [], tests: [] } } as unknown as Project;
const files = { cache: "/cache", dist: "/p/dist/t", addon: "/p/dist/t/thing.node" };
const all = selectTriples(registry, []);
const targetOf = (name: string) => selectTriples(registry, [name])[0]!;
const gnu = targetOf("aarch64-unknown-linux-gnu");
const musl = targetOf("aarch64-unknown-linux-musl");
const armv7 = targetOf("armv7-unknown-linux-musleabihf");

test("every target says for each runtime which program runs, or why none does", () => {
  for (const { runtimes } of all) expect(Object.keys(runtimes ?? {}).toSorted()).toEqual([...runtimeNames]);
});

test("each runtime of a target is a toolchain that provides its program", () => {
  const named = all.flatMap(({ runtimes }) => Object.entries(runtimes ?? {}));
  for (const [name, run] of named) if ("toolchain" in run) expect(getToolchain(registry, run.toolchain).provides).toHaveProperty(name);
});

test("runtimes run on request only, after Node, with the same script and addon", () => {
  expect(planRuns(registry, gnu, project, files).map(({ kind }) => kind)).toEqual(["node"]);
  const runs = planRuns(registry, gnu, project, { ...files, runtimes: ["bun", "deno"] });
  expect(runs.map(({ kind }) => kind)).toEqual(["node", "bun", "deno"]);
  for (const { program, env, inputs } of runs) {
    expect(program.at(-1)).toBe("/p/smoke.mjs");
    expect(env.BOARDKIT_ADDON).toBe(files.addon);
    expect(inputs).toContain(files.addon);
  }
  const [, bun] = runs;
  expect(bun?.runtime).toMatch(/^Bun \d+\.\d+\.\d+$/);
  expect(bun?.emulator.join(" ")).toMatch(/-cpu cortex-a53 -L \S+sysroot-aarch64-glibc/);
});

test("a runtime gets the libraries that its target's sysroot lacks", () => {
  const run = planRuns(registry, musl, project, { ...files, runtimes: ["bun"] }).at(-1);
  expect(run?.emulator.join(" ")).toMatch(/LD_LIBRARY_PATH=\S*node-aarch64-musl\S*\.libs/);
});

test("a runtime that does not exist for a target is skipped with the reason", () => {
  const runs = planRuns(registry, armv7, project, { ...files, runtimes: ["bun"] });
  expect(runs.at(-1)).toMatchObject({ kind: "bun", skip: "Bun publishes no build for 32-bit ARM" });
  const older = planRuns(registry, { ...gnu, runtimes: undefined }, project, { ...files, runtimes: ["bun"] });
  expect(older.at(-1)?.skip).toMatch(/named no Bun when the addon was built/);
});

test("only the runtimes of a request are fetched", () => {
  const usual = toolsOfRuns(musl);
  const added = toolsOfRuns(musl, ["bun", "deno"]).filter((id) => !usual.includes(id));
  expect(added).toEqual(["bun-aarch64-musl"]);
  expect(nameRuntimes(registry, musl, ["bun", "deno"])).toEqual([expect.stringMatching(/^Bun \d[\d.]+ on cortex-a53$/)]);
});
