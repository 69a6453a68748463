import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ARM64, ARMV7, changeManifest, fillReportDist, GRID } from "../../checks/fixtures/report-dist.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { distReport } from "../../model/report/dist-report.ts";
import { readDist } from "./read-dist.ts";

const NOW = new Date("2026-12-01T00:00:00Z");
const read = (dist: string, targets = GRID.targets) => readDist(dist, { ...GRID, targets }, NOW);

test("a whole dist/ has no problem, and its report is what a later one can read", async () => {
  const report = await read(fillReportDist(temporaryFolder()));
  expect(distReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect([report.problems, report.targets.flatMap(({ problems }) => problems)]).toEqual([[], []]);
  const [arm64] = report.targets;
  expect(arm64?.build).toMatchObject({
    bytes: 4_889_912,
    budget: 5_000_000,
    cpu: { id: "cortex-a53" },
    audit: { needs: "libc.so", nodeApi: 8, sections: { ".text": 3_258_848 } },
    runs: [{ kind: "node", outcome: "passed", passed: 379 }],
  });
  expect(arm64?.build?.origins?.slice(0, 3)).toEqual([
    { kind: "own", name: "grid_opa", bytes: 1_316_459 },
    { kind: "standard", name: "core", bytes: 561_905 },
    { kind: "section", name: ".rodata", bytes: 496_409 },
  ]);
  expect(report.targets[1]?.build).toMatchObject({ noOrigins: expect.stringContaining("no map") });
  expect(report.boards.map(({ board, stale, verdict }) => [board, stale, verdict])).toContainEqual(["filogic-256", false, "passed"]);
});

test("a target that the project ships and that is not built is in the report", async () => {
  const report = await read(fillReportDist(temporaryFolder()), [ARM64, "x86_64-unknown-linux-gnu"]);
  expect(report.targets.map(({ triple, build, problems }) => [triple, build !== undefined, problems])).toEqual([
    [ARM64, true, []],
    [ARMV7, true, []],
    ["x86_64-unknown-linux-gnu", false, [{ text: "not built", fix: "run: boardkit build --target x86_64-unknown-linux-gnu" }]],
  ]);
});

test.each<[string, (dist: string) => void, RegExp]>([
  ["broken JSON", (dist) => writeFileSync(join(dist, ARM64, "manifest.json"), '{"schema": 3'), /manifest.json: not valid JSON/],
  ["another schema", (dist) => changeManifest(dist, ARM64, { schema: 2 }), /not a record of this version of Boardkit: schema/],
  ["a lost field", (dist) => changeManifest(dist, ARM64, { artifact: { file: "a" } }), /artifact.bytes/],
  ["no audit", (dist) => changeManifest(dist, ARM64, { audit: undefined }), /audit has not passed/],
  ["no smoke run", (dist) => changeManifest(dist, ARM64, { smoke: [] }), /has not been run/],
  ["no addon", (dist) => rmSync(join(dist, ARM64, "grid.linux-arm64-musl.node")), /grid.linux-arm64-musl.node is missing/],
  ["a broken result of a board", (dist) => writeFileSync(join(dist, ARM64, "boards/pi-3.json"), "[]"), /boards\/pi-3.json: not a record/],
  ["a broken record of a wheel", (dist) => writeFileSync(join(dist, ARM64, "wheel.json"), "x"), /wheel.json: not valid JSON/],
])("%s is a problem of its target, with a fix, and the other target stays", async (_name, breakIt, text) => {
  const dist = fillReportDist(temporaryFolder());
  breakIt(dist);
  const [broken, other] = (await read(dist)).targets;
  expect(broken?.problems.map((problem) => problem.text).join()).toMatch(text);
  expect(broken?.problems.map(({ fix }) => fix).join()).toMatch(/boardkit/);
  expect([other?.triple, other?.problems]).toEqual([ARMV7, []]);
});

test("a boot of another addon is stale, targets of different commits are a problem, and so is no dist/", async () => {
  const dist = fillReportDist(temporaryFolder());
  changeManifest(dist, ARM64, {
    artifact: { file: "grid.linux-arm64-musl.node", bytes: 1, sha256: "0" },
    project: { version: "1.0.0", commit: "abc" },
  });
  const report = await read(dist);
  expect(report.boards.filter(({ target }) => target === ARM64).every(({ stale }) => stale)).toBe(true);
  expect(report.problems).toEqual([{ text: "the targets are built from 2 commits: abc, 7d5aa36", fix: "run: boardkit ship" }]);
  expect((await read(join(dist, "none"), [])).problems).toEqual([
    { text: "nothing is built: there is no dist/", fix: "run: boardkit ship" },
  ]);
});

test("folders without records are no targets", async () => {
  const dist = fillReportDist(temporaryFolder());
  mkdirSync(join(dist, "logs"));
  expect((await read(dist)).targets).toHaveLength(2);
});
