import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readForeign } from "./list.ts";
import { replaceTable } from "./page.ts";
import { explained, explainedCall, type ForeignRow } from "./row.ts";

const row: ForeignRow = { project: "thing 1.0.0", kind: "pure Rust", target: "t", built: "no", audit: "-", ran: "-" };

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

test("the tables of a run replace those of the page, and the rest of the page stays", async () => {
  const page = await readFile(join(packageRoot, "docs/foreign-projects.md"), "utf8");
  const once = replaceTable(page, [row, { ...row, target: "other", why: "because" }]);
  expect(once).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| because +\|\n\n[^]*\| thing 1\.0\.0 +\| other +\|/);
  expect(replaceTable(page, [row])).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| builds and runs as it is +\|/);
  expect(replaceTable(page, [row, { ...row, fault: "boom" }])).toMatch(/\| thing 1\.0\.0 +\| pure Rust +\| does not work: boom +\|/);
  expect(replaceTable(once, [row])).not.toContain("because");
  const around = (text: string) => [text.split("<!-- npm run")[0], text.split("<!-- end of")[1]];
  expect(around(once)).toEqual(around(page));
  expect(() => replaceTable("no markers", [row])).toThrow(/no markers for the tables/);
});
