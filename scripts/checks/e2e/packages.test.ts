// publint and Are The Types Wrong check the packages of Grid. The addons are stand-ins, since neither of the two opens them.
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import { packProject } from "../../stages/package/package.ts";
import { createPackable, quietContext, targets, triples } from "../fixtures/packable-project.ts";
import { runOrFail } from "../../tools/exec.ts";

const grid = join(packageRoot, "bindings/node");
let packages = "";

beforeAll(async () => {
  await runOrFail({ argv: ["npm", "run", "--silent", "build"], cwd: grid }, "BUILD_FAILED");
  const { boardkit: _own, ...manifest } = JSON.parse(readFileSync(join(grid, "package.json"), "utf8"));
  // The binary name of the stand-ins.
  const napi = { binaryName: "thing" };
  const folder = createPackable({ ...manifest, napi, boardkit: { loader: "lib" } });
  for (const name of ["lib", "README.md"]) cpSync(join(grid, name), join(folder, name), { recursive: true });
  await packProject(readProject(folder), triples, false, quietContext());
  packages = join(folder, "dist/npm");
}, 180_000);

test("publint reports nothing for any package", async () => {
  const files = readdirSync(packages).filter((name) => name.endsWith(".tgz"));
  expect(files).toHaveLength(targets.length + 1);
  for (const file of files) {
    const tarball = readFileSync(join(packages, file));
    const { messages, pkg } = await publint({
      pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
      strict: true,
    });
    expect([file, messages.map((message) => formatMessage(message, pkg))]).toEqual([file, []]);
  }
});

test("the types of the root package are right for every way to load it", async () => {
  const file = readdirSync(packages).find((name) => /grid-\d.*tgz$/.test(name));
  const result = await checkPackage(createPackageFromTarballData(readFileSync(join(packages, file ?? ""))));
  expect(result).toMatchObject({ types: { kind: "included" }, problems: [] });
});
