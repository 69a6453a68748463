// `boardkit report` and `boardkit audit --html` as a user calls them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillReportDist } from "../fixtures/report-dist.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { boardkit, createProject } from "./cli.ts";

/** A project whose dist/ has the records of two targets. */
function projectWithDist(): string {
  const folder = createProject({});
  mkdirSync(join(folder, "dist"));
  fillReportDist(join(folder, "dist"));
  return folder;
}

test("a report is a page in dist/, a later one is compared with it, and its tables go to the job summary", async () => {
  const folder = projectWithDist();
  const summary = join(temporaryFolder(), "summary.md");
  const first = await boardkit(["--cwd", folder, "report"], { GITHUB_STEP_SUMMARY: summary });
  expect(first).toMatchObject({ code: 0, stdout: `report: ${join(folder, "dist/report.html")}\n`, stderr: "" });
  expect(readFileSync(summary, "utf8")).toContain("| aarch64-unknown-linux-musl | 4.89 MB (98 % of 5.00 MB) |");
  const second = await boardkit(["--cwd", folder, "report", "--compare", "dist/report.html", "--out", "next.html"], {
    GITHUB_STEP_SUMMARY: "",
  });
  expect(second.code).toBe(0);
  expect(readFileSync(join(folder, "next.html"), "utf8")).toContain("There is none: sizes");
  const { stdout } = await boardkit(["--cwd", folder, "report", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, kind: "boardkit-report", boards: expect.arrayContaining([]) });
});

test("a project without dist/ gets a page that says so, and a bad earlier report is an error", async () => {
  const folder = createProject({});
  expect(await boardkit(["--cwd", folder, "report", "--json"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("nothing is built"),
  });
  writeFileSync(join(folder, "old.html"), "<p>");
  const bad = await boardkit(["--cwd", folder, "report", "--compare", "old.html"]);
  expect(bad).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/BAD_REPORT: not a report[^]*fix: name a page or JSON of `boardkit report`/),
  });
  const missing = await boardkit(["--cwd", folder, "report", "--compare", "none.html"]);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("NO_INPUT") });
});

test("an audit writes its page before it fails", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.node"), "not ELF");
  const { code, stdout } = await boardkit(["--cwd", folder, "audit", "a.node", "--board", "pi-4", "--html", "audit.html"]);
  expect([code, stdout.split("\n").at(-2)]).toEqual([1, `report: ${join(folder, "audit.html")}`]);
  expect(readFileSync(join(folder, "audit.html"), "utf8")).toContain("file/not-elf");
});
