import { expect, test } from "vitest";
import { BoardkitError } from "../../lib/errors.ts";
import { generatePopularPage } from "./page.ts";
import { mergeResults, writeText, type PopularResult, type PopularRow, type PopularRun } from "./result.ts";
import { describeSummary, failOnDifferences } from "./text.ts";

const place = (id: string) => ({ place: id, name: `the ${id}`, cpu: "cortex-a53", libc: "glibc 2.36", node: "24" });
const run = (more: Partial<PopularRun>): PopularRun => ({
  place: "pi-3",
  cpu: "cortex-a53",
  runtime: "Node 24",
  predicted: "runs",
  truth: "works",
  text: "42",
  agreement: "agrees",
  ...more,
});
const result: PopularResult = {
  schema: 1,
  places: [place("pi-3"), place("pi-5")],
  packages: [
    {
      name: "a_b",
      version: "1.0.0",
      kind: "npm",
      places: [
        { place: "pi-3", verdict: "fails", reasons: ["dies with SIGILL on pi-3: it uses lse | <x>"] },
        { place: "pi-5", verdict: "warning", reasons: ["it needs libz.so.1"] },
      ],
      runs: [
        run({ predicted: "fails", truth: "crashes" }),
        run({ place: "pi-5", agreement: "missed", truth: "crashes", text: "_SIGILL_" }),
      ],
    },
    {
      name: "made",
      version: "2.0.0",
      kind: "wheel",
      places: ["pi-3", "pi-5"].map((id) => ({ place: id, verdict: "made" as const, reasons: [`is compiled at installation on ${id}`] })),
      runs: [],
    },
  ],
};

test("the page has a row for each package, with boards of the same reason together", () => {
  const page = generatePopularPage(result);
  expect(page).toMatch(
    /\| `a_b` 1\.0\.0 +\| `pi-5`; it needs libz\.so\.1 +\| +\| `pi-3`: dies with SIGILL: it uses lse \\\| &lt;x&gt; +\|/,
  );
  expect(page).toMatch(/\| `made` 2\.0\.0, wheel +\| +\| all boards: is compiled at installation +\| +\|/);
});

test("the page has prediction and truth, and lists the differences", () => {
  const page = generatePopularPage(result);
  expect(page).toMatch(/\| `a_b` 1\.0\.0 +\| fails, crashes +\| runs, crashes \(\*\*missed\*\*\) +\|/);
  expect(page).toContain("- `a_b` on `pi-5`, missed: \\_SIGILL\\_");
  expect(page).toContain("Of 2 runs, 1 agree with the audit");
});

test("the file has one line for each package", () => {
  const text = writeText(result);
  expect(JSON.parse(text)).toEqual(result);
  expect(text.split("\n").filter((line) => line.includes('"runs"'))).toHaveLength(2);
});

test("a difference without a known cause is an error; the summary names all", () => {
  const { packages } = result;
  expect(() => failOnDifferences(packages)).toThrow(BoardkitError);
  expect(describeSummary(packages)).toContain("missed: a_b on pi-5: predicted runs, truth crashes: _SIGILL_");
  const explained = packages.map((row) => ({ ...row, runs: row.runs.map((one) => ({ ...one, why: "QEMU" })) }));
  expect(() => failOnDifferences(explained)).not.toThrow();
});

test("rows of a part of the packages replace those of the same ones, unless the places are others", () => {
  const [first, second] = result.packages as [PopularRow, PopularRow];
  const part: PopularResult = { ...result, packages: [{ ...first, version: "1.1.0" }] };
  expect(mergeResults(result, part).packages).toEqual([{ ...first, version: "1.1.0" }, second]);
  expect(mergeResults({ ...result, places: [] }, part)).toEqual(part);
  expect(mergeResults(undefined, part)).toEqual(part);
});
