// Repositories in a folder instead of on GitHub: those of the runs, and the actions that their workflows use.
import { existsSync, globSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { runOrFail } from "../../tools/exec.ts";
import { prepare, type Origin } from "./prepare.ts";

export type Repository = Origin & {
  /** Work tree whose workflows act can run. */
  folder: string;
  standIns: string[];
  /** What each of its workflows and actions uses, by its path: `owner/name/path@commit`. */
  uses: Map<string, string[]>;
};

/** The folder of a run: `github/` has the repositories, and each job gets a work tree of its own below `act/`. */
const gitHub = (world: string, repository: string) => join(world, "github", `${repository}.git`);

/**
 * Clones the commit of a folder as a repository of GitHub, as its branch `main` and under tags, and prepares the workflows of a work tree.
 * Changes that are not committed are not part of it.
 */
export async function addRepository(
  world: string,
  repository: string,
  source: { folder: string; tags: string[]; targets: string[] },
  signal: AbortSignal,
): Promise<Repository> {
  const bare = gitHub(world, repository);
  const folder = join(world, "trees", repository);
  const git = (...argv: string[]) => runOrFail({ argv: ["git", ...argv], signal }, "GIT_FAILED");
  const { stdout } = await git("-C", source.folder, "rev-parse", "HEAD");
  const commit = stdout.trim();
  await git("init", "--quiet", "--bare", "--initial-branch=main", bare);
  await git(
    "-C",
    source.folder,
    "push",
    "--quiet",
    bare,
    ...["heads/main", ...source.tags.map((tag) => `tags/${tag}`)].map((name) => `HEAD:refs/${name}`),
  );
  await git("clone", "--quiet", "--no-hardlinks", bare, folder);
  // act reads the repository's name from it.
  await git("-C", folder, "remote", "set-url", "origin", `https://github.com/${repository}`);
  const standIns: string[] = [];
  const uses: Repository["uses"] = new Map();
  for (const path of globSync([".github/workflows/*.yml", ".github/actions/*/action.yml"], { cwd: folder })) {
    const prepared = prepare(await readFile(join(folder, path), "utf8"), { repository, commit }, source.targets);
    await writeFile(join(folder, path), prepared.text);
    standIns.push(...prepared.standIns);
    uses.set(path, prepared.uses);
  }
  return { repository, commit, folder, standIns: [...new Set(standIns)], uses };
}

/** The actions of others that a workflow uses, also by the workflows and actions of the repositories that it calls: `owner/name@commit`. */
export function actionsOf(path: string, of: Repository, repositories: Repository[]): string[] {
  return (of.uses.get(path) ?? []).flatMap((one) => {
    const [name = "", commit = ""] = one.split("@");
    const [owner = "", repo = "", ...rest] = name.split("/");
    const called = repositories.find(({ repository }) => repository === `${owner}/${repo}`);
    if (!called) return [`${owner}/${repo}@${commit}`];
    const inside = rest.join("/");
    return actionsOf(inside.endsWith(".yml") ? inside : `${inside}/action.yml`, called, repositories);
  });
}

export type Action = { folder: string; standIn?: string };

/**
 * An action at its commit, from a folder with clones `<owner>/<name>.git`. A folder `<owner>/<name>@<commit>` is taken as it is, and named as a
 * stand-in.
 */
export async function findAction(world: string, uses: string, actions: string, signal: AbortSignal): Promise<Action> {
  const [name = "", commit = ""] = uses.split("@");
  const given = join(actions, uses);
  if (existsSync(given)) return { folder: given, standIn: `${uses}: the folder of that name, which is not a clone` };
  const clone = join(actions, `${name}.git`);
  const fix = `clone it: git clone --mirror https://github.com/${name} ${clone}`;
  if (!existsSync(clone)) throw new BoardkitError(`${actions} has no clone of ${name}`, { code: "NO_ACTION", place: actions, fix });
  const folder = join(world, "actions", uses);
  await mkdir(folder, { recursive: true });
  const archive = `${folder}.tar`;
  await runOrFail({ argv: ["git", "-C", clone, "archive", `--output=${archive}`, commit], signal }, "NO_ACTION", fix);
  await runOrFail({ argv: ["tar", "-xf", archive, "-C", folder], signal }, "UNPACK_FAILED");
  return { folder };
}
