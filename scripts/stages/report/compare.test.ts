import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readGridReport } from "../../checks/fixtures/report-dist.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import type { DistReport } from "../../model/report/dist-report.ts";
import { compareReports } from "./compare.ts";
import { readEarlier } from "./read-earlier.ts";

const report = await readGridReport();

/** The report with another first target or first board. */
function changed(change: (copy: DistReport) => void): DistReport {
  const copy = structuredClone(report);
  change(copy);
  return copy;
}

const build = (copy: DistReport) => copy.targets[0]!.build!;

test("the same report has no changes, and noise of times and memory is none", () => {
  expect(compareReports(report, report)).toEqual([]);
  const noise = changed((copy) => {
    build(copy).seconds! *= 1.05;
    copy.boards[0]!.smoke!.rssAnonKiB *= 1.01;
  });
  expect(compareReports(report, noise)).toEqual([]);
});

test.each<[string, (copy: DistReport) => void, object]>([
  [
    "a larger file",
    (copy) => (build(copy).bytes += 100_000),
    { what: "size", before: "4.89 MB", after: "4.99 MB", difference: "+2.0 %", direction: "worse" },
  ],
  ["one byte less", (copy) => (build(copy).bytes -= 1), { what: "size", difference: "−0.0000 %", direction: "better" }],
  ["more cases", (copy) => (build(copy).runs[0]!.passed += 1), { what: "cases", before: "379", after: "380", direction: "better" }],
  [
    "a failed run",
    (copy) => (build(copy).runs[0]!.outcome = "failed"),
    { what: "failed runs", before: "0", after: "1", difference: "", direction: "worse" },
  ],
  ["another floor", (copy) => (build(copy).audit!.needs = "glibc 2.28"), { what: "needs", after: "glibc 2.28", direction: "neutral" }],
  ["a slower build", (copy) => (build(copy).seconds! *= 2), { what: "build time", difference: "+100.0 %", direction: "worse" }],
  [
    "less memory",
    (copy) => (copy.boards[0]!.smoke!.rssAnonKiB /= 2),
    { subject: "armsr-armv8, 256 MiB", what: "smoke script", difference: "−50.0 %", direction: "better" },
  ],
  ["a failed board", (copy) => (copy.boards[0]!.verdict = "failed"), { what: "verdict", after: "failed", direction: "worse" }],
  ["a lost target", (copy) => delete copy.targets[0]!.build, { what: "state", before: "built", after: "not built", direction: "worse" }],
])("%s", (_name, change, expected) => {
  const changes = compareReports(report, changed(change));
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject(expected);
});

test("crates that grew, came, or went are changes, the largest first; what is below the list is none", () => {
  const list = (...sizes: [string, number][]) => [
    ...sizes.map(([name, bytes]) => ({ kind: "dependency" as const, name, bytes })),
    { kind: "section" as const, name: ".rodata", bytes: 900_000 },
    { kind: "others" as const, name: "9 others", bytes: 5000 },
  ];
  const listing = (origins: ReturnType<typeof list>) => changed((copy) => (build(copy).origins = origins));
  const before = listing(list(["regorus", 400_000], ["serde", 90_000], ["gone", 30_000], ["noise", 10_000], ["last", 4000]));
  const after = listing(list(["regorus", 380_000], ["serde", 140_000], ["new", 12_000], ["noise", 10_900], ["edge", 4500]));
  expect(compareReports(before, after)).toMatchObject([
    { what: "crate serde", before: "90 KB", after: "140 KB", difference: "+55.6 %", direction: "worse" },
    { what: "crate gone", before: "30 KB", after: "-", direction: "better" },
    { what: "crate regorus", difference: "−5.0 %", direction: "better" },
    { what: "crate new", before: "-", after: "12 KB", direction: "worse" },
  ]);
  const without = changed((copy) => delete build(copy).origins);
  expect(compareReports(without, after).filter(({ what }) => what.startsWith("crate"))).toEqual([]);
});

test("another memory size of a board is another run", () => {
  const [before, after] = compareReports(
    report,
    changed((copy) => (copy.boards[0]!.ramMiB = 128)),
  );
  expect([before, after]).toMatchObject([
    { subject: "armsr-armv8, 128 MiB", after: "booted" },
    { subject: "armsr-armv8, 256 MiB", after: "not booted" },
  ]);
});

test.each([
  ["nothing", "", "BAD_REPORT"],
  ["another page", "<!doctype html><title>x</title>", "BAD_REPORT"],
  ["a manifest", '{"schema": 3}', "BAD_REPORT"],
  ["a cut page", '<script type="application/json" id="boardkit-report">{"schema":1', "BAD_REPORT"],
])("%s is not an earlier report", async (_name, text, code) => {
  const path = join(temporaryFolder(), "report.html");
  await expect(readEarlier(path)).rejects.toMatchObject({ code: "NO_INPUT", exit: "usage" });
  writeFileSync(path, text);
  await expect(readEarlier(path)).rejects.toMatchObject({ code, exit: "usage" });
  writeFileSync(path, JSON.stringify(report));
  expect(await readEarlier(path)).toEqual(report);
});
