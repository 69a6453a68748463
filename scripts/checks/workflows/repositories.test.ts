import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { writeFiles } from "../fixtures/small-project.ts";
import { actionsOf, addRepository, findAction } from "./repositories.ts";

const { signal } = new AbortController();

/** A repository with one commit; returns its folder. */
function create(files: Record<string, string>): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "x");
  return folder;
}

const commitOf = (folder: string) => execFileSync("git", ["-C", folder, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();

const called = {
  ".github/workflows/addon.yml": "on: {workflow_call: {}}\njobs:\n  a:\n    steps:\n      - uses: $/.github/actions/set-up\n",
  ".github/workflows/docs.yml": "jobs:\n  a:\n    steps:\n      - uses: actions/pages@3\n",
  ".github/actions/set-up/action.yml": "runs:\n  using: composite\n  steps:\n    - uses: actions/inner@1\n",
};

test("a clean clone of the commit, with the workflow of another repository and the actions that it uses", async () => {
  const world = temporaryFolder();
  const own = create(called);
  writeFileSync(join(own, "uncommitted"), "");
  const addon = await addRepository(world, "boardkit/boardkit", { folder: own, tags: ["v1"], targets: ["t"] }, signal);
  expect(addon.commit).toBe(commitOf(own));
  expect(existsSync(join(addon.folder, "uncommitted"))).toBe(false);
  expect(readFileSync(join(addon.folder, ".github/workflows/addon.yml"), "utf8")).toContain(
    `uses: boardkit/boardkit/.github/actions/set-up@${addon.commit}`,
  );
  const caller = create({
    ".github/workflows/ci.yml":
      "jobs:\n  a:\n    uses: boardkit/boardkit/.github/workflows/addon.yml@v1\n  b:\n    steps:\n      - uses: actions/outer/sub@2\n",
  });
  const foreign = await addRepository(world, "somebody/sum", { folder: caller, tags: [], targets: ["t"] }, signal);
  expect(readFileSync(join(foreign.folder, ".github/workflows/ci.yml"), "utf8")).toContain("targets: t");
  const uses = actionsOf(".github/workflows/ci.yml", foreign, [addon, foreign]);
  expect(uses).toEqual(["actions/inner@1", "actions/outer@2"]);
  const refs = execFileSync("git", ["-C", join(world, "github/boardkit/boardkit.git"), "for-each-ref", "--format=%(refname)"], {
    encoding: "utf8",
  });
  expect(refs.trim().split("\n")).toEqual(["refs/heads/main", "refs/tags/v1"]);
});

test("an action is taken from a clone at its commit, or from a folder that is named; else the error has the command to clone it", async () => {
  const actions = temporaryFolder();
  const clone = create({ "action.yml": "name: x\n" });
  mkdirSync(join(actions, "somebody"));
  execFileSync("git", ["clone", "--quiet", "--bare", clone, join(actions, "somebody/action.git")]);
  const found = await findAction(temporaryFolder(), `somebody/action@${commitOf(clone)}`, actions, signal);
  expect(readFileSync(join(found.folder, "action.yml"), "utf8")).toBe("name: x\n");
  expect(found.standIn).toBeUndefined();
  const absent = findAction(temporaryFolder(), `somebody/action@${"0".repeat(40)}`, actions, signal);
  await expect(absent).rejects.toMatchObject({ code: "NO_ACTION", details: { fix: expect.stringContaining("git clone --mirror") } });
  mkdirSync(join(actions, "somebody/other@1"));
  expect(await findAction(temporaryFolder(), "somebody/other@1", actions, signal)).toMatchObject({
    standIn: expect.stringContaining("not a clone"),
  });
  await expect(findAction(temporaryFolder(), "somebody/other@2", actions, signal)).rejects.toMatchObject({ code: "NO_ACTION" });
});
