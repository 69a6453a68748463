// `boardkit audit` of an installed app.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { auditReport } from "../../audit/document.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { boardkit } from "./cli.ts";

const LSE = addonSource("", "int f(int *p) { return __atomic_fetch_add(p, 1, 0); }");

/** An app with two packages: `good` runs on each 64-bit Pi, `bad` needs LSE. Both bring a file for another system. */
function installedApp(): string {
  const app = temporaryFolder();
  const put = (path: string, content: string | object) => {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), typeof content === "string" ? content : JSON.stringify(content));
  };
  put("package.json", { name: "app", dependencies: { good: "1", bad: "1" } });
  for (const name of ["good", "bad"]) {
    put(`node_modules/${name}/package.json`, { name, version: "1.0.0" });
    put(`node_modules/${name}/prebuilds/darwin-arm64/x.node`, "\xcf\xfa\xed\xfe");
    put(`node_modules/${name}/prebuilds/linux-arm64/package.txt`, "");
  }
  copyFileSync(compileShared(addonSource(""), "aarch64-linux-gnu.2.17"), join(app, "node_modules/good/prebuilds/linux-arm64/x.node"));
  const bad = compileShared(LSE, "aarch64-linux-gnu.2.17", ["-mcpu=generic+lse"]);
  copyFileSync(bad, join(app, "node_modules/bad/prebuilds/linux-arm64/x.node"));
  return app;
}

test("a row for each package, a column for each board, and the exit code by what would be loaded", async () => {
  const app = installedApp();
  const { code, stdout, stderr } = await boardkit(["audit", app, "--board", "pi-4,pi-5"]);
  expect(stdout).toMatch(/^ +pi-4 +pi-5\nbad 1.0.0 +✗ +✓\n +pi-4: dies with SIGILL[^\n]*lse[^]*\ngood 1.0.0 +✓ +✓\n/i);
  expect(stdout).toMatch(/2 native files are for other systems and never loaded; --all audits them too/);
  expect(stderr).toMatch(/AUDIT_FAILED: 1 of 2 packages would not run on a chosen board or target: bad/);
  expect(code).toBe(1);
  expect((await boardkit(["audit", app, "--board", "pi-5"])).code).toBe(0);
});

test("--verbose says which file is loaded and how it is found", async () => {
  const { stdout } = await boardkit(["audit", installedApp(), "--board", "pi-5", "--verbose"]);
  expect(stdout).toMatch(
    /✓ good 1.0.0\n +pi-5: node_modules\/good\/prebuilds\/linux-arm64\/x.node \(by node-gyp-build: prebuilds\/linux-arm64\/x.node\)/,
  );
});

test("--author speaks to the author of the package", async () => {
  const { stdout } = await boardkit(["audit", installedApp(), "--board", "pi-4", "--author"]);
  expect(stdout).toMatch(
    /✗ bad 1.0.0\n +node_modules\/bad\/[^ ]+: cpu\/missing-feature: 1 lse instruction[^]*fix: build with the target's lowest CPU/,
  );
});

test("--json is one document; --all audits each file as if there were no loader", async () => {
  const app = installedApp();
  const { stdout } = await boardkit(["audit", app, "--board", "pi-4", "--json"]);
  const { files, apps } = auditReport.parse(JSON.parse(stdout));
  expect(files).toEqual([]);
  expect(apps?.[0]?.packages.map(({ name, places }) => `${name} ${places[0]?.verdict}`)).toEqual(["bad fails", "good runs"]);
  const all = await boardkit(["audit", app, "--board", "pi-4", "--json", "--all"]);
  expect(auditReport.parse(JSON.parse(all.stdout)).files).toHaveLength(4);
  expect(all.code).toBe(1);
});

test("without a board: every board is checked, and a package that runs on one of them is no failure", async () => {
  const { code, stdout } = await boardkit(["audit", installedApp()]);
  expect(stdout).toMatch(/pi-5/);
  expect(code).toBe(0);
});
