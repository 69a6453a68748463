// The run without emulation: on a machine of the target's architecture and C library, and on no other.
import { expect, test } from "vitest";
import type { Project } from "../model/project.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { selectTriples } from "../model/registry.ts";
import { planRuns } from "./runs.ts";

const registry = loadRegistry();
const project = { folder: "/p", settings: { smoke: "smoke.mjs", smokeInputs: [], tests: [] } } as unknown as Project;
const files = { cache: "/cache", dist: "/p/dist/t", addon: "/p/dist/t/thing.node" };
const native = { node: "/usr/bin/node", arch: "arm64", glibc: "2.36" };
const runsOf = (triple: string, host?: typeof native | (Omit<typeof native, "glibc"> & { glibc: undefined })) =>
  planRuns(registry, selectTriples(registry, [triple])[0]!, project, { ...files, native: host });

test("it follows the emulated run, on request only, with the same script and addon", () => {
  expect(runsOf("aarch64-unknown-linux-gnu").map(({ kind }) => kind)).toEqual(["node"]);
  const [emulated, own] = runsOf("aarch64-unknown-linux-gnu", native);
  expect(own).toMatchObject({ kind: "native", cpu: "arm64 without emulation", emulator: [], program: ["/usr/bin/node", "/p/smoke.mjs"] });
  expect(own?.skip).toBeUndefined();
  expect(own?.env.BOARDKIT_ADDON).toBe(files.addon);
  expect(own?.inputs).toEqual(emulated?.inputs);
});

test("another architecture or C library is skipped with the reason", () => {
  expect(runsOf("x86_64-unknown-linux-gnu", native).at(-1)?.skip).toBe(
    "this machine has arm64 with glibc, and x86_64-unknown-linux-gnu is for x64 with glibc",
  );
  expect(runsOf("aarch64-unknown-linux-musl", native).at(-1)?.skip).toMatch(/is for arm64 with musl/);
  expect(runsOf("aarch64-unknown-linux-gnu", { ...native, glibc: undefined }).at(-1)?.skip).toMatch(/has arm64 with no glibc/);
});
