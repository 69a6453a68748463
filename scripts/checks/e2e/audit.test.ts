// The output of `boardkit audit`.
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { auditReport } from "../../audit/document.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { boardkit } from "./cli.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const good = () => compileShared(addonSource(""), "aarch64-linux-gnu.2.17");
const small = () => compileShared(addonSource(""), "aarch64-linux-gnu.2.17", ["-Wl,-z,max-page-size=4096"]);

test("without a board: the boards that the file runs on, and why not on the others", async () => {
  const { code, stdout } = await boardkit(["audit", small()]);
  expect(stdout).toMatch(/✓ .*addon.node: aarch64 .*; runs on (.*, )?pi-3, (.*, )?pi-4, pi-zero-2-w(, .*)?\n/);
  expect(stdout).toMatch(/✗ pi-5: load\/page-size: segments are aligned to 4096 bytes/);
  expect(code).toBe(0);
});

test("with a board: each finding with its fix, exit code 1 for an error", async () => {
  const { code, stdout, stderr } = await boardkit(["audit", small(), "--board", "pi-5"]);
  expect(stdout).toMatch(/✗ .*addon.node on pi-5[^]*load\/page-size[^]*fix: link with `-z max-page-size=65536`/);
  expect(stderr).toMatch(/AUDIT_FAILED: 1 of 1 files would not run on the chosen board or target/);
  expect(code).toBe(1);
  expect((await boardkit(["audit", good(), "--board", "pi-5"])).code).toBe(0);
});

test("a folder is walked, links in it are not followed, and --json is one document", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "lib/a"), { recursive: true });
  copyFileSync(good(), join(folder, "lib/a/a.node"));
  writeFileSync(join(folder, "lib/a/index.js"), "");
  symlinkSync(folder, join(folder, "lib/loop"));
  const { code, stdout } = await boardkit(["audit", folder, "--target", "aarch64-unknown-linux-gnu", "--json"]);
  const { files } = auditReport.parse(JSON.parse(stdout));
  expect(files.map((file) => file.path)).toEqual([join(folder, "lib/a/a.node")]);
  expect(files[0]?.places).toEqual([{ name: "aarch64-unknown-linux-gnu", findings: [] }]);
  expect(code).toBe(0);
});

test("every field that --json prints is one of targets/schema/audit-report.json", async () => {
  const lse = addonSource("", "int f(int *p) { return __atomic_fetch_add(p, 1, 0); }");
  const files = [
    compileShared(lse, "aarch64-linux-gnu.2.17", ["-mcpu=generic+lse"]),
    compileShared(addonSource(""), "arm-linux-gnueabihf.2.17", ["-g", "-Wl,-rpath,/build"]),
    compileShared("int node_register_module_v115(void) { return 1; }", "x86_64-linux-gnu.2.17"),
    join(packageRoot, "README.md"),
  ];
  const { stdout } = await boardkit(["audit", ...files, "--json"]);
  const report = auditReport.parse(JSON.parse(stdout)); // its objects are strict
  expect(report.files.map(({ facts, nodeApi, code }) => [facts?.arch, nodeApi?.kind, Object.keys(code?.features ?? {})])).toEqual([
    ["aarch64", "node-api", ["lse"]],
    ["arm", "node-api", []],
    ["x86_64", "v8", []],
    [undefined, undefined, []],
  ]);
});

test.each([
  ["an unknown board", ["audit", "x", "--board", "pi-9"], 2, /BOARD_UNKNOWN: unknown board pi-9[^]*pi-zero-w/],
  ["a missing path", ["audit", "/nowhere/x.node"], 2, /NO_INPUT: there is no \/nowhere\/x.node/],
  ["board and target together", ["audit", "x", "--board", "pi-4", "--target", "y"], 2, /cannot be used with option/],
  ["no path", ["audit"], 2, /missing required argument 'what'/],
])("%s", async (_name, args, code, text) => {
  const ended = await boardkit(args);
  expect(ended.stderr).toMatch(text);
  expect(ended.code).toBe(code);
});

test("a folder and an archive without an addon have a separate exit code", async () => {
  const folder = temporaryFolder();
  const archive = join(folder, "x.tgz");
  writeFileSync(archive, gzipSync(createTar([{ name: "package/index.js", data: "" }])));
  for (const path of [folder, archive]) {
    const { code, stderr } = await boardkit(["audit", path]);
    expect(stderr).toMatch(/NO_INPUT: no .node or .so file is in/);
    expect(code).toBe(3);
  }
});

test("--fail-on warning", async () => {
  const tls = compileShared(addonSource("", "_Thread_local int t; int f(void) { return t++; }"), "aarch64-linux-gnu.2.17", [
    "-ftls-model=initial-exec",
  ]);
  expect((await boardkit(["audit", tls, "--board", "pi-4"])).code).toBe(0);
  expect((await boardkit(["audit", tls, "--board", "pi-4", "--fail-on", "warning"])).code).toBe(1);
});
