// Real archives of a wheel's and an sdist's form; writing them replaces the new build by maturin.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { beforeEach, describe, expect, test } from "vitest";
import { writePythonPackages } from "../../checks/pypi/packages.ts";
import { writePythonProject } from "../../checks/pypi/project.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { readProject } from "../../model/project.ts";
import type { Request } from "../stage.ts";
import { isPython, type RebuildPython } from "./python.ts";
import { verifyPackages } from "./verify.ts";

const SDIST = "small_sum-1.2.3.tar.gz";
let project = "";
let wheelsBuilt = 0;

/** The build of the source: an sdist with this content. */
const rebuild = (content: string): RebuildPython => ({
  sdist: async (_project, folder) => {
    const made = temporaryFolder();
    const [sdist] = writePythonPackages(made, "small_sum", [], content);
    cpSync(join(made, "dist/pypi"), folder, { recursive: true });
    return { ...sdist!, name: "small-sum" };
  },
  wheels: async () => {
    wheelsBuilt += 1;
    return [];
  },
});

const never = async () => {
  throw new TypeError("an addon was built");
};
const verify = async (content: string, ...paths: string[]) => {
  const request: Request = {
    cwd: project,
    targets: [],
    profile: "standard",
    builder: "auto",
    searchPath: "",
    engines: {},
    verify: { paths, built: false },
  };
  return verifyPackages(request, quietContext(), never, rebuild(content));
};

/** The path of a given sdist. */
function given(content: string, name = SDIST, change = (bytes: Buffer) => bytes): string {
  const folder = temporaryFolder();
  writePythonPackages(folder, "small_sum", [], content);
  const path = join(temporaryFolder(), name);
  writeFileSync(path, change(readFileSync(join(folder, "dist/pypi", SDIST))));
  return path;
}

beforeEach(() => {
  project = temporaryFolder();
  wheelsBuilt = 0;
  writePythonProject(project);
});

describe("an sdist of this source", () => {
  test("the same bytes, without a build of any wheel", async () => {
    const path = given("a");
    const { packages, notVerified } = await verify("a", path);
    expect(packages).toEqual([
      {
        name: readProject(project).name,
        version: "1.2.3",
        path,
        same: true,
        given: expect.stringMatching(/^[0-9a-f]{64}$/),
        rebuilt: packages[0]?.given,
        differences: [],
        tools: [],
      },
    ]);
    expect(wheelsBuilt).toBe(0);
    expect(notVerified).toEqual([expect.stringContaining("sdists")]);
  });

  test("a changed file and an additional one are named", async () => {
    const [changed] = (await verify("a", given("b"))).packages;
    expect(changed).toMatchObject({ same: false, differences: [{ file: "small_sum-1.2.3/PKG-INFO" }] });
    const more = gzipSync(
      createTar([
        { name: "small_sum-1.2.3/PKG-INFO", data: readInfo(given("a")) },
        { name: "small_sum-1.2.3/setup.py", data: "import os" },
      ]),
    );
    const [added] = (
      await verify(
        "a",
        given("a", SDIST, () => more),
      )
    ).packages;
    expect(added).toMatchObject({
      same: false,
      differences: [{ file: "small_sum-1.2.3/setup.py", details: ["only in the package"] }],
    });
  });

  test("an archive that is packed in another way is not the same, though its files are", async () => {
    const [packed] = (
      await verify(
        "a",
        given("a", SDIST, (bytes) => gzipSync(gunzipSync(bytes), { level: 1 })),
      )
    ).packages;
    expect(packed).toMatchObject({ same: false, differences: [{ file: "the archive itself" }] });
  });
});

/** PKG-INFO of an sdist: the only file, so its text is what follows the header of 512 bytes. */
function readInfo(path: string): string {
  return gunzipSync(readFileSync(path)).subarray(512).toString().replaceAll("\0", "");
}

describe("refused", () => {
  test.each([
    ["another project", "other_sum-1.2.3.tar.gz", "OTHER_PROJECT", "--cwd"],
    ["another version", "small_sum-1.2.4.tar.gz", "OTHER_VERSION", "check out"],
  ])("%s", async (_what, name, code, fix) => {
    const error = expect.objectContaining({ code, details: expect.objectContaining({ fix: expect.stringContaining(fix) }) });
    await expect(verify("a", given("a", name))).rejects.toThrow(error);
  });

  test("a name without a file, a folder, and a file that is no archive", async () => {
    const folder = temporaryFolder();
    const refused = (code: string) => expect.objectContaining({ code, exit: "usage" });
    await expect(verify("a", join(folder, SDIST))).rejects.toThrow(refused("NO_PACKAGE"));
    mkdirSync(join(folder, SDIST));
    await expect(verify("a", join(folder, SDIST))).rejects.toThrow(refused("NO_PACKAGE"));
    await expect(
      verify(
        "a",
        given("a", SDIST, () => Buffer.from("text")),
      ),
    ).rejects.toThrow(/small_sum-1\.2\.3\.tar\.gz/);
  });

  test("the names of wheels and sdists", () => {
    expect(["a-1.whl", "a-1.tar.gz", "a-1.tgz", "folder"].map(isPython)).toEqual([true, true, false, false]);
  });
});
