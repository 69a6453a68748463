import { describe, expect, test, vi } from "vitest";
import { readCases } from "../../cases/read.mjs";
import { runCase } from "../../cases/run.mjs";
import { Cache, Engine } from "../../ts/index.ts";
import { testBytes } from "./bytes.ts";
import { testCalls } from "./calls.ts";
import { testEvents } from "./events.ts";
import { testFetch } from "./fetch.ts";
import { testRefusals } from "./refusals.ts";

vi.mock(import("../../ts/loader.ts"), async (original) => {
  const { AddonError } = await import("../../ts/errors.ts");
  return {
    ...(await original()),
    addon: () => {
      throw new AddonError("ERR_ADDON_PLATFORM", "no addon on this machine");
    },
  };
});

test("the first cache of a thread warns, and says why", async () => {
  const warnings: (Error & { code?: string; detail?: string })[] = [];
  const keep = (warning: Error) => void warnings.push(warning);
  process.on("warning", keep);
  for (let count = 0; count < 2; count += 1) new Cache().close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", keep);
  expect(warnings.map(({ code, detail }) => [code, detail])).toEqual([["GRID_CACHE_FALLBACK", "no addon on this machine"]]);
});

const files = readCases().filter(({ kind }) => kind === "cache");

test("there are cases to run", () => {
  expect(files.flatMap(({ cases }) => cases).length).toBeGreaterThan(100);
});

for (const { kind, file, cases } of files) {
  describe(file, () => {
    for (const testCase of cases) test(testCase.name, () => runCase(kind, testCase, { Engine, Cache, isFallback: true }));
  });
}

testCalls("fallback");
testBytes();
testEvents();
testFetch("fallback");
testRefusals();
