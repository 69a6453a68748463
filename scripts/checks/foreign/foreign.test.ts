import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readForeign } from "./list.ts";
import { cellsOf, generateForeignPage } from "./page.ts";
import { mergeRows, readResults, type ForeignRow, type ForeignRun } from "./results.ts";
import { explained, explainedCall, nameOf } from "./row.ts";
import { TARGETS, WHEEL_TARGETS } from "./run.ts";

const row: ForeignRow = { project: "thing 1.0.0", target: "t", built: "no", runs: [] };

test("no project is listed twice, and each has a call or an explanation", async () => {
  const projects = await readForeign([]);
  expect(new Set(projects.map(({ name }) => name)).size).toBe(projects.length);
  for (const { name, call, explain } of projects) expect([call, explain].filter(Boolean), name).toHaveLength(1);
  await expect(readForeign(["no-such-project"])).rejects.toThrow("no project's name contains no-such-project");
});

test("only the error of the entry is explained", () => {
  const explain = { code: "HOST_LIBRARY", why: "it links libudev" };
  const error = (code: string) => new BoardkitError("what happened", { code });
  expect(explained({ explain }, row, error("HOST_LIBRARY"))).toMatchObject({ built: "no: HOST_LIBRARY", why: "it links libudev" });
  expect(explained({ explain }, row, error("BUILD_FAILED"))).toMatchObject({ built: "no: BUILD_FAILED", fault: "what happened" });
  const compiler = { code: "BUILD_FAILED", text: "could not compile `old`", why: "it is old" };
  const failed = (tail: string) => new BoardkitError("cargo failed", { code: "BUILD_FAILED", tail });
  expect(explained({ explain: compiler }, row, failed("error: could not compile `old` (lib)"))).toMatchObject({ why: "it is old" });
  expect(explained({ explain: compiler }, row, failed("error: linking failed"))).toMatchObject({ fault: "cargo failed" });
  expect(explained({}, row, new TypeError("x"))).toMatchObject({ built: "no: FAULT", fault: "TypeError: x" });
});

test("only the call failure of the entry is explained, and only on its targets", () => {
  const project = { explainCall: { targets: ["t"], text: "SIGSEGV", why: "a size of 64 bits" } };
  expect(explainedCall(project, "t", ["Node, call on x fails: SIGSEGV"])).toEqual({ why: "a size of 64 bits" });
  expect(explainedCall(project, "t", ["Node, call on x fails: SIGSEGV", "host, call on x dies: SIGILL"])).toHaveProperty("fault");
  expect(explainedCall(project, "other", ["Node, call on x fails: SIGSEGV"])).toEqual({ fault: "Node, call on x fails: SIGSEGV" });
  expect(explainedCall(project, "t", [])).toEqual({ fault: "the call works, but its entry expects SIGSEGV" });
  expect(explainedCall({}, "t", [])).toEqual({});
});

test("the page has the recorded rows, and its other text stays", async () => {
  const page = await readFile(join(packageRoot, "docs/foreign-projects.md"), "utf8");
  const things = [{ name: "thing", version: "1.0.0", kind: "pure Rust" }];
  const generate = (...rows: ForeignRow[]) => generateForeignPage(page, things, rows);
  const once = generate(row, { ...row, target: "other", why: "because" });
  expect(once).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| because +\|\n\n[^]*\| thing 1\.0\.0 +\| other +\|/);
  expect(generate(row)).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| builds and runs as it is +\|/);
  expect(generate({ ...row, fault: "boom" })).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| does not work: boom +\|/);
  const around = (text: string) => [text.split("<!-- Generated")[0], text.split("<!-- End of")[1]];
  expect(around(once)).toEqual(around(page));
  expect(() => generateForeignPage("no marks", things, [row])).toThrow(/no place for the generated published projects/);
});

test("the words of a row: what ran it, on which CPU, and how the run ended", () => {
  const runs: ForeignRun[] = [
    { program: "host", did: "call", cpu: "arm1176", end: "runs" },
    { program: "Node", did: "call", cpu: "cortex-a7", end: "fails" },
  ];
  expect(cellsOf({ ...row, built: "1.00 MB", audit: 1, runs })).toEqual([
    "thing 1.0.0",
    "t",
    "1.00 MB",
    "no error, 1 note or warning",
    "host, call on arm1176; Node, call on cortex-a7 fails",
  ]);
  expect(cellsOf({ ...row, audit: 2, notRun: "no Python" }).slice(3)).toEqual(["no error, 2 notes and warnings", "not run: no Python"]);
  expect(cellsOf({ ...row, audit: 0 }).slice(3)).toEqual(["clean", "-"]);
  expect(cellsOf({ ...row, audit: "fails" }).slice(3)).toEqual(["no", "-"]);
  expect(cellsOf(row).slice(3)).toEqual(["-", "-"]);
});

test("rows of a run for some projects or targets replace the recorded ones; those of projects that are listed no more go", () => {
  const other = { ...row, target: "other" };
  const [gone, added] = [
    { ...row, project: "gone 1.0.0" },
    { ...row, project: "new 1.0.0" },
  ];
  const again = { ...other, built: "2.00 MB" };
  expect(mergeRows([row, other, gone], [again, added], ["new 1.0.0", "thing 1.0.0"])).toEqual([added, row, again]);
});

test("every listed project has recorded rows, for each of its targets", async () => {
  const rows = readResults();
  for (const project of await readForeign([])) {
    const targets = rows.filter((one) => one.project === nameOf(project)).map(({ target }) => target);
    expect(targets, project.name).toEqual(project.registry === "pypi" ? WHEEL_TARGETS : TARGETS);
  }
});
