// `boardkit rego` with this package: each command, its output and its exit code.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const CLI = fileURLToPath(new URL("../../../../scripts/boardkit.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "grid-rego-"));

const FILES = {
  "p/a.rego": `package a

allow if input.user in data.users.admins

test_ann if allow with input as {"user": "ann"}
`,
  "p/users/data.json": '{"admins": ["ann"]}',
  "p/limits.yaml": "limits: {most: 3, on: yes, off: true}\n",
  "failing.rego": 'package f\n\ntest_no if { print("seen"); 1 == 2 }\n',
  "broken.rego": "package b\n\nallow if {\n",
  "typed.rego": "package t\n\nx := y\n",
  "input.json": '{"user": "ann", "n": 12345678901234567890}',
};

beforeAll(() => {
  mkdirSync(join(folder, "p/users"), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function rego(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "--cwd", folder, "rego", ...args], { input, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("check prints nothing, or errors as opa does", { timeout: 60_000 }, () => {
  expect(rego(["check", "p"])).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(rego(["check", "broken.rego"])).toEqual({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^1 error occurred during loading: broken\.rego:\d+: rego_parse_error: /),
  });
  expect(rego(["check", "typed.rego", "p"]).stderr).toBe("1 error occurred: typed.rego:3: rego_unsafe_var_error: var y is unsafe\n");
  const { status, stderr } = rego(["check", "--format", "json", "typed.rego"]);
  expect(status).toBe(1);
  expect(JSON.parse(stderr)).toEqual({
    errors: [{ message: "var y is unsafe", code: "rego_unsafe_var_error", location: { file: "typed.rego", row: 3, col: 6 } }],
  });
});

test("test has opa's report and exit codes", { timeout: 60_000 }, () => {
  expect(rego(["test", "p"])).toMatchObject({ status: 0, stdout: "PASS: 1/1\n" });
  const failing = rego(["test", "p", "failing.rego"]);
  expect(failing.status).toBe(2);
  expect(failing.stdout).toMatch(/^failing\.rego:3:\ndata\.f\.test_no: FAIL \([\d.]+.?s\)\n\n {2}seen\n\n-{80}\nPASS: 1\/2\nFAIL: 1\/2\n$/);
  expect(JSON.parse(rego(["test", "--format", "json", "failing.rego"]).stdout)).toMatchObject([
    { location: { file: "failing.rego", row: 3, col: 1 }, package: "data.f", name: "test_no", fail: true, output: "c2Vlbgo=" },
  ]);
  expect(JSON.parse(rego(["test", "--coverage", "p"]).stdout)).toMatchObject({ coverage: 100, covered_lines: 2 });
  expect(rego(["test", "broken.rego"]).status).toBe(1);
  expect(rego(["test", "--run", "nothing", "--fail-on-empty", "p"])).toMatchObject({ status: 1, stderr: "no tests were run\n" });
});

test("eval prints answers in opa's forms, with all digits", { timeout: 60_000 }, () => {
  const all = ["-d", "p", "-i", "input.json"];
  expect(JSON.parse(rego(["eval", "data.a.allow", ...all]).stdout)).toEqual({
    result: [{ expressions: [{ value: true, text: "data.a.allow", location: { row: 1, col: 1 } }] }],
  });
  expect(rego(["eval", "input.n", "--format", "raw", ...all]).stdout).toBe("12345678901234567890\n");
  expect(rego(["eval", "data.limits", "--format", "pretty", ...all]).stdout).toBe('{\n  "most": 3,\n  "off": true,\n  "on": "yes"\n}\n');
  expect(rego(["eval", "x := data.users.admins[i]", "--format", "bindings", ...all]).stdout).toBe('{\n  "i": 0,\n  "x": "ann"\n}\n');
  const notes = rego(["eval", 'trace("seen")', "--explain", "notes", "--format", "pretty"]);
  expect(notes.stdout).toMatch(/^<query>:1 +Note "seen"\ntrue\n$/);
  expect(rego(["eval", "data.nothing", "--format", "pretty", "--fail"])).toMatchObject({ status: 1, stdout: "undefined\n" });
  expect(rego(["eval", "data.a.allow", "-d", "p", "-I", "--fail-defined", "--format", "values"], '{"user": "ann"}').status).toBe(1);
  expect(rego(["eval", "x :="])).toMatchObject({ status: 2, stdout: expect.stringContaining('"code": "rego_parse_error"') });
  expect(rego(["eval", "true", "--partial"])).toMatchObject({ status: 2, stderr: expect.stringContaining("no partial evaluation") });
});

test("fmt prints, lists and overwrites, and refuses what does not parse", { timeout: 60_000 }, () => {
  const wanted = 'package f\n\ntest_no if {\n\tprint("seen")\n\t1 == 2\n}\n';
  expect(rego(["fmt", "failing.rego"])).toEqual({ status: 0, stdout: wanted, stderr: "" });
  expect(rego(["fmt"], "package   x")).toMatchObject({ status: 0, stdout: "package x\n" });
  expect(rego(["fmt", "--list", "p", "failing.rego"])).toMatchObject({ status: 0, stdout: "failing.rego\n" });
  expect(rego(["fmt", "--fail", "failing.rego"])).toMatchObject({ status: 2, stderr: "unexpected diff\n" });
  expect(rego(["fmt", "broken.rego"])).toMatchObject({ status: 2, stderr: expect.stringContaining("broken.rego:") });
  expect(rego(["fmt", "--write", "failing.rego"])).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(join(folder, "failing.rego"), "utf8")).toBe(wanted);
});

test("bench measures an answer, and refuses an undefined one", { timeout: 60_000 }, () => {
  const { status, stdout } = rego(["bench", "data.a.allow", "-d", "p", "-i", "input.json", "--format", "json"]);
  expect(status).toBe(0);
  const times = JSON.parse(stdout);
  expect(times.evaluations).toBeGreaterThan(10);
  expect(times.min).toBeLessThanOrEqual(times.median);
  expect(times.median).toBeLessThanOrEqual(times.max);
  expect(rego(["bench", "data.a.allow", "-d", "p"])).toMatchObject({ status: 1, stderr: expect.stringContaining("undefined") });
});

test("data of files must not overlap, and has the digits that JavaScript keeps", { timeout: 60_000 }, () => {
  writeFileSync(join(folder, "big.json"), '{"n": 12345678901234567890}');
  expect(rego(["eval", "data.n", "-d", "big.json"])).toMatchObject({ status: 1, stderr: expect.stringContaining("12345678901234567890") });
  writeFileSync(join(folder, "other.json"), '{"users": {"admins": []}}');
  expect(rego(["eval", "data", "-d", "p", "-d", "other.json"]).stderr).toContain("other.json: ");
});
