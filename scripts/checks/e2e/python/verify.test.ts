// The sdist of Grid, made by the real maturin from a copy of this checkout, and built again from the checkout itself.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { cacheRoot, packageRoot } from "../../../lib/paths.ts";
import { readProject } from "../../../model/project.ts";
import type { VerifyReport } from "../../../model/report/verify-report.ts";
import { writeSdist } from "../../../stages/pypi/pypi.ts";
import { fetchItems } from "../../../stages/set-up/fetch.ts";
import { quietContext } from "../../fixtures/packable-project.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { boardkit } from "../cli.ts";

const context = { ...quietContext(), cache: cacheRoot(process.env) };

beforeAll(() => fetchItems(["maturin"], context), 300_000);

test("the sdist of Grid has the same bytes from another folder, with other modes of files", async () => {
  const copy = temporaryFolder();
  const files = execFileSync("git", ["-C", packageRoot, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of files.split("\0").filter((name) => /^(Cargo\.|\.cargo\/|LICENSE|package\.json|bindings\/|crates\/)/.test(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(packageRoot, file), join(copy, file), { verbatimSymlinks: true });
  }
  execFileSync("chmod", ["-R", "go-rwx", copy]);
  // Without git cargo packs no file whose name begins with a dot.
  execFileSync("git", ["-C", copy, "init", "--quiet"]);
  execFileSync("git", ["-C", copy, "add", "--all", "--force"]);
  const out = temporaryFolder();
  const { file } = await writeSdist(readProject(copy), out, context);
  const { code, stdout, stderr } = await boardkit(["verify", "--json", join(out, file)]);
  expect(code, stdout + stderr).toBe(0);
  const { packages } = JSON.parse(stdout) as VerifyReport;
  expect(packages).toEqual([expect.objectContaining({ name: "boardkit-grid", same: true, differences: [] })]);
});
