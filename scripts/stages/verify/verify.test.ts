// Real packages and real archives; dist/ replaces the new build.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { readProject } from "../../model/project.ts";
import { changeManifest, createPackable, quietContext, triples } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { packProject } from "../package/package.ts";
import { compareFiles } from "./compare.ts";
import type { Request } from "../stage.ts";
import { verifyPackages, type Rebuild } from "./verify.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const triple = "aarch64-unknown-linux-gnu";
const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-C", folder, "-c", "user.name=me", "-c", "user.email=me@example.com", ...args], { encoding: "utf8" }).trim();

/** A project with its packages. */
async function packed(packageJson: object = {}, change: (folder: string) => void = () => {}): Promise<string> {
  const folder = createPackable(packageJson);
  change(folder);
  await packProject(readProject(folder), triples, false, quietContext());
  return folder;
}

const tarball = (folder: string, name = "thing-linux-arm64-gnu") => join(folder, "dist/npm", `me-${name}-1.2.3.tgz`);
const requestOf = (folder: string, paths: string[], built: boolean): Request => ({
  cwd: folder,
  targets: [],
  profile: "standard",
  builder: "auto",
  searchPath: "",
  engines: {},
  verify: { paths, built },
});
const verify = async (folder: string, ...paths: string[]) =>
  (await verifyPackages(requestOf(folder, paths, true), quietContext())).packages;

/** Unpacks a package, lets files be changed, and packs it again. */
function repack(path: string, change: (folder: string) => void): string {
  const folder = temporaryFolder();
  execFileSync("tar", ["-xzf", path, "-C", folder]);
  change(join(folder, "package"));
  execFileSync("tar", ["-czf", join(folder, "package.tgz"), "-C", folder, "package"]);
  return join(folder, "package.tgz");
}

describe("a package of this source", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await packed();
  }, 120_000);

  test("a packed or installed package, of a platform or the root, is the same", async () => {
    const installed = join(folder, "installed");
    mkdirSync(installed);
    execFileSync("tar", ["-xzf", tarball(folder), "-C", installed, "--strip-components=1"]);
    mkdirSync(join(installed, "node_modules/other"), { recursive: true });
    writeFileSync(join(installed, "node_modules/other/index.js"), "");
    const found = await verify(folder, tarball(folder), tarball(folder, "thing"), installed);
    expect(found.map(({ name, same, differences }) => [name, same, differences])).toEqual([
      ["@me/thing-linux-arm64-gnu", true, []],
      ["@me/thing", true, []],
      ["@me/thing-linux-arm64-gnu", true, []],
    ]);
    expect(found[0]?.given).toBe(found[0]?.rebuilt);
    expect(found[2]).not.toHaveProperty("given");
  });

  test("the report has the name and place of another addon, a changed value and an additional file", async () => {
    const changed = repack(tarball(folder), (unpacked) => {
      writeFileSync(join(unpacked, "thing.linux-arm64-gnu.node"), "addon for aarch64-unknown-linux-GNU");
      const text = readFileSync(join(unpacked, "package.json"), "utf8");
      writeFileSync(join(unpacked, "package.json"), text.replace('"license": "MIT"', '"license": "ISC"'));
      writeFileSync(join(unpacked, "postinstall.js"), "");
    });
    const [found] = await verify(folder, changed);
    expect(found?.same).toBe(false);
    expect(found?.differences.map(({ file, details }) => [file, details])).toEqual([
      ["package.json", ['license: "ISC" in the package, "MIT" built again']],
      ["postinstall.js", ["only in the package"]],
      ["thing.linux-arm64-gnu.node", ["3 of 35 bytes, the first at 32"]],
    ]);
    expect(found?.tools).toEqual([]);
  });

  test("the same files in another archive are not the same bytes", async () => {
    const repacked = `${tarball(folder)}.repacked.tgz`;
    writeFileSync(repacked, gzipSync(gunzipSync(readFileSync(tarball(folder))), { level: 1 }));
    const [found] = await verify(folder, repacked);
    expect(found).toMatchObject({ same: false, differences: [{ file: "the archive itself" }] });
  });

  test("smoke results are not compared; the report has tools that differ", async () => {
    const claiming = repack(tarball(folder), (unpacked) => {
      const path = join(unpacked, "package.json");
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      manifest.boardkit.smoke = ["Node 99 on a dream"];
      manifest.boardkit.build.rustc = "rustc 1.0.0";
      writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
    });
    const [found] = await verify(folder, claiming);
    expect(found?.differences.map(({ details }) => details)).toEqual([
      ['boardkit.build.rustc: "rustc 1.0.0" in the package, "" built again'],
    ]);
    expect(found?.tools).toEqual([{ what: "rustc", given: "rustc 1.0.0", here: "" }]);
  });
});

describe("a package of something else", () => {
  const claims = (commit: string) => (folder: string) => changeManifest(folder, triple, ({ project }) => (project.commit = commit));
  const refused = (code: string, fix: string) =>
    expect.objectContaining({ code, exit: "usage", details: expect.objectContaining({ fix: expect.stringContaining(fix) }) });

  test("another project, another version", async () => {
    const otherProject = await packed({ name: "@me/other" });
    const newer = createPackable({ version: "1.3.0" });
    const older = await packed();
    await expect(verify(older, tarball(otherProject, "other-linux-arm64-gnu"))).rejects.toThrow(refused("OTHER_PROJECT", "--cwd"));
    await expect(verify(newer, tarball(older))).rejects.toThrow(refused("OTHER_VERSION", "check out"));
  });

  test("another commit, this commit with changes, and uncommitted changes", async () => {
    const folder = await packed({}, claims(COMMIT));
    await expect(verify(folder, tarball(folder))).rejects.toThrow(refused("OTHER_COMMIT", `git checkout ${COMMIT}`));
    git(folder, "init", "--quiet");
    git(folder, "add", "package.json");
    git(folder, "commit", "--quiet", "--message=one");
    await expect(verify(folder, tarball(folder))).rejects.toThrow(refused("OTHER_COMMIT", `git checkout ${COMMIT}`));
    const head = git(folder, "rev-parse", "HEAD");
    claims(head)(folder);
    await packProject(readProject(folder), triples, false, quietContext());
    expect(await verify(folder, tarball(folder))).toMatchObject([{ same: true }]);
    writeFileSync(join(folder, "package.json"), `${readFileSync(join(folder, "package.json"), "utf8")}\n`);
    await expect(verify(folder, tarball(folder))).rejects.toThrow(refused("OTHER_COMMIT", "git stash"));
    claims(`${head}-dirty`)(folder);
    await packProject(readProject(folder), triples, false, quietContext());
    await expect(verify(folder, tarball(folder))).rejects.toThrow(refused("BUILT_FROM_CHANGES", "from a commit"));
  });

  test("no package, a broken one, and one that Boardkit has not packed", async () => {
    const folder = await packed();
    await expect(verify(folder, join(folder, "nothing.tgz"))).rejects.toThrow(refused("NO_PACKAGE", ".tgz"));
    await expect(verify(folder, join(folder, "dist"))).rejects.toThrow(refused("NO_PACKAGE", ".tgz"));
    const broken = join(folder, "broken.tgz");
    writeFileSync(broken, readFileSync(tarball(folder)).subarray(0, 200));
    await expect(verify(folder, broken)).rejects.toThrow(expect.objectContaining({ code: "BAD_ARCHIVE" }));
    const foreign = join(folder, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "package.json"), "{");
    await expect(verify(folder, foreign)).rejects.toThrow(refused("NO_PACKAGE", ".tgz"));
    for (const name of ["@me/thing-linux-arm64-gnu", "@me/thing"]) {
      writeFileSync(join(foreign, "package.json"), JSON.stringify({ name, version: "1.2.3" }));
      await expect(verify(folder, foreign)).rejects.toThrow(refused("NOT_BY_BOARDKIT", "boardkit package"));
    }
  });

  test("each target is built with the builder that its package names, a single root package with any", async () => {
    const folder = await packed({}, (at) => changeManifest(at, triple, ({ builder }) => (builder.name = "gcc")));
    const requests: string[] = [];
    const rebuild: Rebuild = async ({ builder, targets: chosen, dist = "", skipPrepare }) => {
      requests.push(`${builder}: ${chosen.join(", ")}${skipPrepare ? "" : ", prepared"}`);
      for (const name of chosen) cpSync(join(folder, "dist", name), join(dist, name), { recursive: true });
      return [];
    };
    const two = [tarball(folder), tarball(folder, "thing-linux-x64-gnu")];
    const verified = await verifyPackages(requestOf(folder, two, false), quietContext(), rebuild);
    expect(verified.packages.map(({ same }) => same)).toEqual([true, true]);
    expect(requests).toEqual([`gcc: ${triple}`, "zig: x86_64-unknown-linux-gnu"]);
    requests.length = 0;
    await verifyPackages(requestOf(folder, [tarball(folder, "thing")], false), quietContext(), rebuild);
    expect(requests).toEqual([expect.stringMatching(/^auto: .*aarch64-unknown-linux-gnu.*, prepared$/)]);
  });

  test("two packages of one target, built with two builders", async () => {
    const [zig, cross] = [await packed(), await packed({}, (at) => changeManifest(at, triple, ({ builder }) => (builder.name = "cross")))];
    const rebuild: Rebuild = () => Promise.reject(new TypeError("nothing is built"));
    await expect(verifyPackages(requestOf(zig, [tarball(zig), tarball(cross)], false), quietContext(), rebuild)).rejects.toThrow(
      refused("BUILDERS_DIFFER", "one by one"),
    );
  });

  test("a target that is not built", async () => {
    const [folder, empty] = [await packed(), createPackable()];
    cpSync(join(folder, "dist/npm"), join(empty, "dist/npm"), { recursive: true });
    changeManifest(empty, triple, ({ project }) => (project.version = "0.0.1"));
    await expect(verify(empty, tarball(empty))).rejects.toThrow(expect.objectContaining({ code: "VERSION_MISMATCH" }));
  });
});

describe("differences", () => {
  const files = (entries: Record<string, string>) => new Map(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)]));
  const details = (before: Record<string, string>, after: Record<string, string>) =>
    compareFiles(files(before), files(after)).map(({ file, details: lines }) => [file, lines]);

  test.each<[string, string, string, string, string[]]>([
    ["another length", "a", "abc", "abd!", ["3 bytes in the package, 4 built again; the first difference at 2"]],
    ["the longer begins with the shorter", "a", "ab", "abc", ["2 bytes in the package, 3 built again; the first difference at 2"]],
    ["a value in JSON", "a.json", '{"a":{"b":[1,2]}}', '{"a":{"b":[1,3]}}', ["a.b.1: 2 in the package, 3 built again"]],
    ["a key in JSON", "a.json", '{"a":1}', '{"a":1,"b":null}', ["b: absent in the package, null built again"]],
    ["the order in JSON", "a.json", '{"a":1,"b":2}', '{"b":2,"a":1}', ["the keys: another order"]],
    ["spaces in JSON", "a.json", "{}", "{} ", ["2 bytes in the package, 3 built again; the first difference at 2"]],
    ["broken JSON", "a.json", "{", "}", ["1 of 1 bytes, the first at 0"]],
  ])("%s", (_name, file, before, after, lines) => {
    expect(details({ [file]: before }, { [file]: after })).toEqual([[file, lines]]);
  });

  test("a file in only one of them, sorted by name; long lists are cut", () => {
    expect(details({ b: "", same: "x" }, { a: "", same: "x" })).toEqual([
      ["a", ["only in the package built again"]],
      ["b", ["only in the package"]],
    ]);
    const many = (value: number) => JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`k${key}`, value])));
    expect(details({ "a.json": many(1) }, { "a.json": many(2) })[0]?.[1]).toHaveLength(9);
  });
});
