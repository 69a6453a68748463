import { expect, test } from "vitest";
import type { Manifest, RunResult } from "../../model/report/manifest.ts";
import { describeTable } from "./table.ts";

const run = (changes: Partial<RunResult>): RunResult => ({
  kind: "node",
  cpu: "cortex-a53",
  outcome: "passed",
  passed: 9,
  failed: 0,
  seconds: 1,
  runtime: "Node 22.23.3",
  key: "",
  ...changes,
});

function tableOf(...smoke: RunResult[]): string {
  const manifest = { target: { triple: "aarch64-unknown-linux-gnu" }, artifact: { bytes: 1 }, steps: {}, smoke };
  return describeTable([manifest as unknown as Manifest], []);
}

test("a runtime that agrees with Node is named beside it", () => {
  const table = tableOf(run({}), run({ kind: "bun", runtime: "Bun 1.4.5" }));
  expect(table).toMatch(/18 passed 2\.0s +Node 22\.23\.3 on cortex-a53; Bun 1\.4\.5 on cortex-a53$/);
});

test("a runtime that differs is a failure, with its cases below the table", () => {
  const table = tableOf(
    run({}),
    run({ kind: "bun", runtime: "Bun 1.4.5", outcome: "failed", passed: 8, failed: 1, differs: ["ttl: expires"] }),
  );
  expect(table).toMatch(/1 FAILED +Node 22\.23\.3 on cortex-a53; Bun 1\.4\.5 on cortex-a53 \[1\]/);
  expect(table).toMatch(/\n\[1\] Bun 1\.4\.5 differs from Node in ttl: expires$/);
});

test("a stand-in has a note, once", () => {
  const standsIn = "a higher CPU";
  const table = tableOf(run({ standsIn }), run({ kind: "deno", runtime: "Deno 2.9.6", standsIn }));
  expect(table).toMatch(/Node 22\.23\.3 on cortex-a53 \[1\]; Deno 2\.9\.6 on cortex-a53 \[1\]\n\n\[1\] stand-in: a higher CPU$/);
});

test("a skipped run has its reason below the table", () => {
  const reason = "Deno publishes no build for musl";
  const skipped = { kind: "deno", runtime: "", outcome: "skipped", passed: 0, seconds: 0, reason } as const;
  expect(tableOf(run({}), run(skipped))).toMatch(
    /9 passed 1\.0s +Node 22\.23\.3 on cortex-a53; deno skipped \[1\]\n\n\[1\] skipped: Deno publishes no build for musl$/,
  );
});
