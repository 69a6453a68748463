import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { bumpVersion } from "./bump.ts";
import { readVersion } from "./versions.ts";

const signal = new AbortController().signal;
const FILES = [
  "package.json",
  "bindings/node/package.json",
  "package-lock.json",
  "Cargo.toml",
  "Cargo.lock",
  "bindings/python/pyproject.toml",
];
const current = readVersion(packageRoot);

/** A repo with the files of this one that have a version, and commits; the last one has changes of the caller. */
function createRepo({ tags = [], change }: { tags?: string[]; change?: (path: (file: string) => string) => void } = {}) {
  const root = temporaryFolder("versions");
  const path = (file: string) => join(root, file);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false", ...args], {
      encoding: "utf8",
    });
  for (const file of FILES) {
    mkdirSync(dirname(path(file)), { recursive: true });
    cpSync(join(packageRoot, file), path(file));
  }
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "The first one");
  for (const tag of tags) git("tag", tag);
  change?.(path);
  const commit = (message: string) => git("commit", "--quiet", "--all", "--allow-empty", "--message", message);
  commit("Boards: the audit knows one more\n\nSince people have it.");
  commit("Tests of boards");
  commit("Merge branch 'boards'");
  return { root, git, commit, read: (file: string) => readFileSync(path(file), "utf8"), path };
}

const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, exit: "usage", message: expect.stringMatching(message) });

test("all versions of this repo agree", () => {
  expect(current).toMatch(/^\d+\.\d+\.\d+/);
});

test("a bump writes all files, and the commits since the last tag that users notice", async () => {
  const repo = createRepo({ tags: [`v${current}`] });
  const { version, files } = await bumpVersion(repo.root, "minor", signal);
  expect(version).not.toBe(current);
  expect(files).toEqual([...FILES, "CHANGELOG.md"]);
  expect(readVersion(repo.root)).toBe(version);
  const before = `\\n-[^\\n]*"?version"?[^\\n]*${current.replaceAll(".", "\\.")}`;
  const diff = repo.git("diff", "--unified=0");
  expect(diff.match(new RegExp(before, "g"))).toHaveLength(diff.match(/\n-[^-]/g)?.length ?? 0);
  expect(repo.read("CHANGELOG.md")).toMatch(
    new RegExp(`^# Changelog\\n\\n## ${version} \\(\\d{4}-\\d\\d-\\d\\d\\)\\n\\n- Boards: the audit knows one more\\n\\n$`),
  );

  repo.git("add", ".");
  repo.commit(`Version ${version}`);
  repo.git("tag", `v${version}`);
  repo.commit("Feeds: a second one");
  const next = await bumpVersion(repo.root, "patch", signal);
  expect(repo.read("CHANGELOG.md")).toMatch(
    new RegExp(`^# Changelog\\n\\n## ${next.version} .*\\n\\n- Feeds: a second one\\n\\n\\n## ${version} .*\\n\\n- Boards: .*\\n\\n$`),
  );
});

test("the first release may have the current version, and a version may be written out", async () => {
  expect(await bumpVersion(createRepo().root, current, signal)).toMatchObject({ version: current });
  const repo = createRepo({ tags: [`v${current}`] });
  expect(await bumpVersion(repo.root, "99.0.0-rc.1", signal)).toMatchObject({ version: "99.0.0-rc.1" });
  expect(readVersion(repo.root)).toBe("99.0.0-rc.1");
});

test.each(FILES)("another version in %s is refused, and nothing is written", async (file) => {
  // The lock file of cargo has crates of others with the same version.
  const before = file === "Cargo.lock" ? 'name = "grid-opa"\nversion = ' : "";
  const repo = createRepo({
    change: (path) => writeFileSync(path(file), readFileSync(path(file), "utf8").replace(`${before}"${current}"`, `${before}"77.0.0"`)),
  });
  await expect(bumpVersion(repo.root, "patch", signal)).rejects.toThrow(refused("VERSION_MISMATCH", new RegExp(`${file}: .*77\\.0\\.0`)));
  expect(repo.git("status", "--porcelain")).toBe("");
});

test.each<[string, string, RegExp, string, (repo: ReturnType<typeof createRepo>) => void]>([
  [
    "a checkout with a change",
    "DIRTY",
    /has changes:\n {2} M Cargo.toml/,
    "patch",
    ({ path }) => writeFileSync(path("Cargo.toml"), "\n", { flag: "a" }),
  ],
  ["a checkout with a new file", "DIRTY", /\?\? new.txt/, "patch", ({ path }) => writeFileSync(path("new.txt"), "")],
  ["a version that has a tag", "VERSION_TAKEN", /a tag v99.0.0/, "99.0.0", ({ git }) => git("tag", "v99.0.0")],
  ["a lower version", "BAD_VERSION", /lower/, "0.0.1", () => undefined],
  ["no version", "BAD_VERSION", /1.0 is no version/, "1.0", () => undefined],
  ["a kind of bump that is none here", "BAD_VERSION", /prerelease is no version/, "prerelease", () => undefined],
])("%s is refused", async (_name, code, message, bump, change) => {
  const repo = createRepo();
  change(repo);
  const before = repo.git("diff");
  await expect(bumpVersion(repo.root, bump, signal)).rejects.toThrow(refused(code, message));
  expect(repo.git("diff")).toBe(before);
});
