// The source of a published project: its registry's client fetches it, its hash is checked, and the cache folder keeps it.
import { existsSync, globSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/hash.ts";
import { fillFolder } from "../../lib/paths.ts";
import { runOrFail } from "../../tools/exec.ts";
import { ensurePip } from "../../tools/packages/pip.ts";
import { cargoHome } from "../../tools/rust/rust.ts";
import type { ForeignProject } from "./list.ts";

/** The folder of a project; the first call fetches it. */
export async function fetchForeign(project: ForeignProject, cache: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const { name, version, registry, sha256 } = project;
  const folder = join(cache, "foreign", `${name.replace("@", "").replaceAll(/\W+/g, "-")}-${version}`);
  if (existsSync(folder)) return folder;
  await fillFolder(folder, async (temporary) => {
    const archive = await fetchers[registry](project, temporary, { cache, env, signal });
    const found = await hashFile(archive);
    if (found !== sha256) {
      throw new BoardkitError(`${registry} serves ${name} ${version} with an unexpected hash`, {
        code: "HASH_MISMATCH",
        place: archive,
        fix: `its sha256 is ${found}: review the archive, then write the hash into scripts/checks/foreign/projects.json`,
      });
    }
    await runOrFail({ argv: ["tar", "-xzf", archive, "--strip-components=1", "-C", temporary], signal }, "UNPACK_FAILED");
    // Archives elsewhere are in the cache of their client.
    if (archive.startsWith(temporary)) await rm(archive);
  });
  return folder;
}

type Machine = { cache: string; env: NodeJS.ProcessEnv; signal: AbortSignal };
type Fetcher = (project: ForeignProject, folder: string, machine: Machine) => Promise<string>;

const fetchers: Record<ForeignProject["registry"], Fetcher> = { npm: fromNpm, "crates.io": fromCrates, pypi: fromPypi };

/** pip asks the build backend of an sdist for its metadata, so it fetches maturin too. */
async function fromPypi({ name, version }: ForeignProject, folder: string, { cache, signal }: Machine): Promise<string> {
  const python = await ensurePip(cache, signal);
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", name, "--dest", folder];
  const argv = [python, "-m", "pip", "download", ...options, `${name}==${version}`];
  await runOrFail({ argv, signal }, "FETCH_FAILED", "check that pip reaches PyPI, and that PyPI has an sdist of this version");
  return join(folder, (await readdir(folder)).find((file) => file.endsWith(".tar.gz")) ?? "");
}

async function fromNpm({ name, version }: ForeignProject, folder: string, { signal }: Machine): Promise<string> {
  const fix = "check that npm reaches its registry, and that the registry has this version";
  await runOrFail({ argv: ["npm", "pack", `${name}@${version}`, "--silent"], cwd: folder, signal }, "FETCH_FAILED", fix);
  return join(folder, (await readdir(folder)).find((file) => file.endsWith(".tgz")) ?? "");
}

/** `cargo info` fetches a single crate and keeps its archive in cargo's cache. */
async function fromCrates({ name, version }: ForeignProject, folder: string, { env, signal }: Machine): Promise<string> {
  const fix = "check that cargo, 1.82 or newer, reaches crates.io, and that crates.io has this version";
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
