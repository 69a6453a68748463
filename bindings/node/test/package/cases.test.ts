import { describe, expect, test } from "vitest";
import { packCases, unpackCases } from "../../cases/pack.mjs";
import { readCases } from "../../cases/read.mjs";
import { runCase } from "../../cases/run.mjs";
import { Cache, Engine } from "../../ts/index.ts";

const files = readCases();

test("there are cases to run", () => {
  for (const kind of ["engine", "cache"]) {
    const cases = files.filter((file) => file.kind === kind).flatMap((file) => file.cases);
    expect(cases.length, kind).toBeGreaterThan(20);
  }
});

test("packed and unpacked they are what they were", () => {
  expect(unpackCases(packCases(files))).toStrictEqual(files);
});

for (const { kind, file, cases } of files) {
  describe(file, () => {
    for (const testCase of cases) {
      test(testCase.name, () => runCase(kind, testCase, { Engine, Cache }));
    }
  });
}
