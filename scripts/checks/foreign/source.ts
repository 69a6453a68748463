// The source of a published project: fetched by its registry's own client, held to its hash, unpacked in the cache folder.
import { existsSync, globSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/hash.ts";
import { fillFolder } from "../../lib/paths.ts";
import { runOrFail } from "../../tools/exec.ts";
import { cargoHome } from "../../tools/rust/rust.ts";
import type { ForeignProject } from "./list.ts";

/** The folder of a project; it is fetched the first time. */
export async function fetchForeign(project: ForeignProject, cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const { name, version, registry, sha256 } = project;
  const folder = join(cache, "foreign", `${name.replace("@", "").replaceAll(/\W+/g, "-")}-${version}`);
  if (existsSync(folder)) return folder;
  await fillFolder(folder, async (temporary) => {
    const archive = registry === "npm" ? await fromNpm(project, temporary, signal) : await fromCrates(project, temporary, env, signal);
    const found = await hashFile(archive);
    if (found !== sha256) {
      throw new BoardkitError(`${registry} serves another ${name} ${version} than the one that was looked at`, {
        code: "HASH_MISMATCH",
        place: archive,
        fix: `its sha256 is ${found}; look at what changed before you write that into scripts/checks/foreign/projects.json`,
      });
    }
    await runOrFail({ argv: ["tar", "-xzf", archive, "--strip-components=1", "-C", temporary], signal }, "UNPACK_FAILED");
    if (registry === "npm") await rm(archive);
  });
  return folder;
}

async function fromNpm({ name, version }: ForeignProject, folder: string, signal: AbortSignal): Promise<string> {
  const fix = "the npm registry must be reachable by npm, and hold that version";
  await runOrFail({ argv: ["npm", "pack", `${name}@${version}`, "--silent"], cwd: folder, signal }, "FETCH_FAILED", fix);
  return join(folder, (await readdir(folder)).find((file) => file.endsWith(".tgz")) ?? "");
}

/** cargo fetches a single crate to show what it is, and keeps its archive where it keeps all. */
async function fromCrates({ name, version }: ForeignProject, folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const fix = "crates.io must be reachable by cargo 1.82 or newer, and hold that version";
  const argv = ["cargo", "info", `${name}@${version}`, "--registry", "crates-io"];
  await runOrFail({ argv, cwd: folder, signal }, "FETCH_FAILED", fix);
  const home = cargoHome(env);
  const [archive] = globSync(join("registry/cache/*", `${name}-${version}.crate`), { cwd: home });
  if (archive) return join(home, archive);
  throw new BoardkitError(`cargo keeps no archive of ${name} ${version}`, {
    code: "FETCH_FAILED",
    place: join(home, "registry/cache"),
    fix,
  });
}
